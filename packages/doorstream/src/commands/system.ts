/** `doorstream system`: creates and lists systems. */
import type { System } from "@doorstream/contract"
import { operate } from "../operate.js"
import { remark, say } from "../say.js"

export async function createSystem({ name }: { readonly name: string }): Promise<void> {
  const { id } = await operate<System>("POST", "/systems", { name })
  say(id)
}

export async function listSystems(): Promise<void> {
  const systems = await operate<readonly System[]>("GET", "/systems")
  for (const { id, name } of systems) say(`${id}  ${name}`)
  if (systems.length === 0)
    remark("There is no system yet. Add one with: doorstream system create --name NAME")
}
