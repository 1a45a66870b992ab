/** The words of options, read: numbers, speeds, times. It must not know which command they are of. */
/** Reads one text, or throws a sentence's end that says what it must be. */
export type Read<T> = (text: string) => T

/** Of an option that may be said often. */
export const many = (word: string, before: readonly string[] = []): string[] => [...before, word]

export const whole =
  (least: number, most: number): Read<number> =>
  (text) => {
    const number = Number(text)
    if (!/^\d{1,10}$/.test(text) || number < least || number > most)
      throw new Error(`must be a whole number from ${least} to ${most}`)
    return number
  }

export const readSpeed: Read<number | "max"> = (text) => {
  if (text === "max") return text
  const number = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || number < 0.01 || number > 100_000)
    throw new Error("must be a number from 0.01 to 100000, or max")
  return number
}

/** With its distance from UTC: whoever reads the command must not need to know where it was typed. */
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/

export const readTime: Read<number> = (text) => {
  const time = isoTime.test(text) ? Date.parse(text) : NaN
  if (!(time >= 0)) throw new Error("must be a time such as 2026-11-23T07:00:00Z")
  return time
}

/** Reads texts, and collects what is wrong with them. */
export function openReader(faults: string[]) {
  return <T>(option: string, text: string | undefined, reads: Read<T>): T | undefined => {
    try {
      return text === undefined ? undefined : reads(text)
    } catch (error) {
      const [must, meant = ""] = (error as Error).message.split(/(?= Did you mean)/)
      faults.push(`${option} ${must}; it is "${text}".${meant}`)
      return undefined
    }
  }
}
