/** A world in which the test says what the server answers and when time goes by. It must not know what is tested. */
import type { World } from "./world.js"

export interface AskedFor {
  readonly url: URL
  readonly headers: Headers
  readonly signal: AbortSignal
  /** The JSON that was sent. */
  readonly body: unknown
}

/** A stream that the test speaks on. */
export class SpokenStream {
  #controller!: ReadableStreamDefaultController<Uint8Array>
  /** Whether the client has left it. */
  isLeft = false
  readonly #body = new ReadableStream<Uint8Array>({
    start: (controller) => void (this.#controller = controller),
    cancel: () => void (this.isLeft = true),
  })

  /** What stands in a stream, as it is. */
  say(text: string | Uint8Array): this {
    this.#controller.enqueue(typeof text === "string" ? new TextEncoder().encode(text) : text)
    return this
  }

  /** The first block. */
  begin(cursor?: string): this {
    return this.say(`retry: 2000\n${cursor === undefined ? "" : `id: ${cursor}\n`}\n`)
  }

  event(topic: string, cursor: string | undefined, body: object = {}): this {
    return this.say(
      `event: ${topic}\ndata: ${JSON.stringify(body)}\n${cursor === undefined ? "" : `id: ${cursor}\n`}\n`,
    )
  }

  end(): this {
    this.#controller.close()
    return this
  }

  break(): this {
    this.#controller.error(new TypeError("terminated"))
    return this
  }

  answer = ({ signal }: AskedFor): Response => {
    signal.addEventListener("abort", () => {
      this.isLeft = true
      try {
        this.#controller.error(signal.reason)
      } catch {
        // It has ended before.
      }
    })
    return new Response(this.#body, { headers: { "Content-Type": "text/event-stream" } })
  }
}

export const stream = (): SpokenStream => new SpokenStream()

export const refusing =
  (status: number, code: string, headers: Record<string, string> = {}) =>
  (): Response =>
    Response.json({ code, message: `It is ${code}.` }, { status, headers })

export const unreachable = (): never => {
  throw new TypeError("fetch failed")
}

/** Nobody answers, until the client has had enough. */
export const silence = ({ signal }: AskedFor): Promise<Response> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)))

/** An answer of JSON. */
export const answering = (body: unknown) => (): Response => Response.json(body)

const bodyOf = ({ body }: RequestInit): unknown => (typeof body === "string" ? JSON.parse(body) : undefined)

type Answer = (asked: AskedFor) => Response | Promise<Response>

export class ScriptedWorld implements World {
  readonly asked: AskedFor[] = []
  readonly warnings: string[] = []
  readonly #answers: Answer[]
  readonly #timers = new Map<object, { readonly at: number; readonly act: () => void }>()
  #now = 0
  #onAsked: (() => void)[] = []

  /** @param answers to one request after the other; whoever asks for more hears nothing */
  constructor(...answers: readonly (Answer | SpokenStream)[]) {
    this.#answers = answers.map((answer) => (answer instanceof SpokenStream ? answer.answer : answer))
  }

  fetch = async (url: unknown, init: RequestInit = {}): Promise<Response> => {
    const { signal } = init
    if (signal === null || signal === undefined) throw new Error("A request that cannot be ended.")
    const asked = { url: url as URL, headers: new Headers(init.headers), signal, body: bodyOf(init) }
    this.asked.push(asked)
    for (const act of this.#onAsked.splice(0)) act()
    return (this.#answers.shift() ?? silence)(asked)
  }

  now = (): number => this.#now
  random = (): number => 0.5
  warn = (text: string): void => void this.warnings.push(text)

  later = (milliseconds: number, act: () => void): (() => void) => {
    const timer = {}
    this.#timers.set(timer, { at: this.#now + milliseconds, act })
    return () => void this.#timers.delete(timer)
  }

  get timers(): number {
    return this.#timers.size
  }

  /** Lets time go by. */
  elapse(milliseconds: number): void {
    this.#now += milliseconds
    for (const [timer, { at, act }] of this.#timers)
      if (at <= this.#now) {
        this.#timers.delete(timer)
        act()
      }
  }

  /** Resolves when so many requests were made. */
  async untilAsked(times: number): Promise<AskedFor> {
    while (this.asked.length < times) await new Promise<void>((resolve) => this.#onAsked.push(resolve))
    return this.asked[times - 1]!
  }
}

/** A token by its own word of when it was made and when it ends, in seconds. */
export function tokenOf(iat: number, exp: number): string {
  const part = (value: object): string => btoa(JSON.stringify(value)).replaceAll("=", "")
  return `${part({ alg: "EdDSA" })}.${part({ iat, exp })}.c2ln`
}
