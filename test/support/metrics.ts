/** The metrics of a house that was opened with a port for them, as numbers. */
import type { House } from "./house.js"

export function metricsUrlOf({ told }: House): string {
  const { port } = told.findLast((line) => line.text === "metrics")!.fields as { port: number }
  return `http://127.0.0.1:${port}/metrics`
}

/** The numbers by their names and labels as they stand in the text. */
export async function scrapeOf(house: House): Promise<ReadonlyMap<string, number>> {
  const lines = (await (await fetch(metricsUrlOf(house))).text()).split("\n")
  return new Map(
    lines
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]),
  )
}
