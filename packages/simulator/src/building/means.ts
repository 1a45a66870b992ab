/** Finds what there is to cause things with at a door: people by what they would be answered. It must not know the door. */
import type { Shown } from "./access.js"
import { drawStrangeCard } from "./cast.js"
import { createChance } from "./chance.js"
import type { Read } from "./door.js"
import type { Plan } from "./plan.js"
import type { Site } from "./site.js"
import type { Means } from "./trigger.js"

export function findMeans(plan: Plan, { control }: Site, deviceId: string, at: number): Means {
  const whoIs = (decision: Read["decision"]): Shown | undefined => {
    for (const holder of plan.holders) {
      const shown = control.show(holder.id, deviceId, at)
      if (shown !== undefined && control.decide(shown, deviceId, at).decision === decision) return shown
    }
    return undefined
  }
  return {
    admitted: whoIs("allowed"),
    denied: whoIs("denied"),
    stranger: drawStrangeCard(control, createChance(at)),
  }
}
