import { describe, expect, it } from "vitest"
import type { StreamListenerSilent } from "@doorstream/contract"
import { openSilences, type SilenceListener } from "./silences.js"

const silent = (listener: string): StreamListenerSilent => ({
  listener,
  client: "app",
  reason: "absent",
  since: 1,
})

class Ear implements SilenceListener {
  mayHear = true
  readonly said: string[] = []
  hearSilence: SilenceListener["hearSilence"] = (name, { listener }) =>
    void this.said.push(`${name} ${listener}`)
}

describe("Whoever asks which listeners are silent", () => {
  it("is told at once of those that are, then of each that falls silent and is back", () => {
    const silences = openSilences(() => 7)
    silences.silent(silent("panel"))
    const ear = new Ear()
    silences.join(ear)
    silences.silent(silent("wall"))
    silences.back({ listener: "panel", client: "app" })
    silences.leave(ear)
    silences.back({ listener: "wall", client: "app" })
    expect(ear.said).toEqual([
      "stream.listener.silent panel",
      "stream.listener.silent wall",
      "stream.listener.back panel",
    ])
  })

  it("is told after a lapse what has become of it meanwhile, and nothing that it knows", () => {
    const silences = openSilences(() => 7)
    const ear = new Ear()
    silences.join(ear)
    for (const name of ["panel", "wall", "gate"]) silences.silent(silent(name))
    ear.said.length = 0
    ear.mayHear = false
    silences.back({ listener: "panel", client: "app" })
    silences.back({ listener: "gate", client: "app" })
    silences.silent(silent("gate"))
    silences.silent(silent("door"))
    expect(ear.said).toEqual([])
    ear.mayHear = true
    silences.settle(ear)
    expect(ear.said.toSorted()).toEqual([
      "stream.listener.back panel",
      "stream.listener.silent door",
      "stream.listener.silent gate",
    ])
  })

  it("is told nothing of one that need not hear any more", () => {
    const silences = openSilences(() => 7)
    const ear = new Ear()
    silences.join(ear)
    silences.silent(silent("panel"))
    silences.forget({ listener: "panel", client: "app" })
    silences.join(ear)
    silences.settle(ear)
    expect(ear.said).toEqual(["stream.listener.silent panel"])
  })
})
