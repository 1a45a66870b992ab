/** What listening comes to in a scripted world. It must not know what is tested. */
import { expect } from "vitest"
import { DoorstreamError } from "./errors.js"
import { Listening, type Told } from "./listening.js"
import type { ListenSettings } from "./options.js"
import { stream, type ScriptedWorld, type SpokenStream } from "./scripted.suite.js"
import type { Word } from "./topics.js"

export const opened = "device.input.dps.opened"

/** A stream with one event. */
export const good = (): SpokenStream => stream().begin("c0").event(opened, "c1")

/** What listening came to: the first event's cursor or the error's code, and what was told meanwhile. */
export async function outcomeIn(
  world: ScriptedWorld,
  more: Partial<ListenSettings> = {},
  topics: readonly Word[] = ["device.*"],
): Promise<{ readonly end: unknown; readonly told: readonly string[]; readonly pauses: readonly number[] }> {
  const told: string[] = []
  const pauses: number[] = []
  const settings: ListenSettings = {
    url: "http://door.test",
    systemId: "s",
    token: () => "t",
    onTrouble: ({ error, retryIn = 0 }) => {
      told.push(error.code)
      pauses.push(retryIn)
      queueMicrotask(() => world.elapse(retryIn))
    },
    ...more,
  }
  try {
    for await (const { cursor } of new Listening<Told>(world, settings, topics))
      return { end: cursor, told, pauses }
    return { end: "over", told, pauses }
  } catch (error) {
    if (!(error instanceof DoorstreamError)) throw error
    expect(error.message).toMatch(/^[A-Z].*\.$/)
    return { end: error.code, told, pauses }
  }
}
