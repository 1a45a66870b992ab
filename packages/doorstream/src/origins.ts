/** Reads a list of origins as a person writes it. It must not know what origins are for. */

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.pathname.replace("/", "") === "" && `${url.username}${url.search}${url.hash}` === ""
  if (url === undefined || !isPlain || url.host === "" || url.host.includes("*"))
    throw new Error("must be origins such as https://wall.example.org, with commas between and no *")
  // Apps have schemes of their own, such as capacitor://localhost, and for those there is no url.origin.
  return `${url.protocol}//${url.host.toLowerCase()}`
}

/** @throws a sentence that says what it must be */
export const readOrigins = (text: string): string[] =>
  text
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map(readOrigin)
