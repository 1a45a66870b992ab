/** What a building is made of, as the registry tells it, and what the registry leaves open about its doors. */
import type { Device, Holder, RequestFactor } from "@doorstream/contract"
import type { DoorSettings } from "./door.js"

/** One cloud node's part of a system. */
export interface Plan {
  readonly devices: readonly Device[]
  readonly connections: readonly { readonly id: string }[]
  readonly holders: readonly Holder[]
}

/** What a door is for. */
export type Role = "entrance" | "delivery" | "meeting" | "restricted"

const roles: readonly Role[] = ["entrance", "delivery", "meeting", "restricted"]

/** The registry does not say what a door is for: its place in the list does, by fours. */
export const roleOf = (index: number): Role => roles[index % roles.length] as Role

/** Meeting rooms and restricted rooms have levers inside; the others have magnets that a REX must release. */
export const settingsOf = (device: Device, role: Role): DoorSettings => ({
  ...device,
  rexUnlocks: role === "entrance" || role === "delivery",
})

/** Who may enter by a door, and with what. */
export interface DoorRule {
  readonly admits: (holder: Holder) => boolean
  readonly requestFactor: RequestFactor
}

/** Every second holder may enter a restricted room, with card and PIN; everybody may enter elsewhere, with a card. */
export function ruleOf(role: Role, holders: readonly Holder[]): DoorRule {
  if (role !== "restricted") return { admits: () => true, requestFactor: "CARD_ONLY" }
  const admitted = new Set(holders.filter((_, index) => index % 2 === 0).map(({ id }) => id))
  return { admits: ({ id }) => admitted.has(id), requestFactor: "CARD_AND_PIN" }
}
