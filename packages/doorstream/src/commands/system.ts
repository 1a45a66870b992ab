/** `doorstream system`: creates, lists, names anew and deletes systems. */
import type { System } from "@doorstream/contract"
import { columns } from "../columns.js"
import { operate, operateList, withQuery } from "../operate.js"
import { remark, say, sayList } from "../say.js"

const pathOf = (id: string): string => `/systems/${encodeURIComponent(id)}`

export async function createSystem({ name }: { readonly name: string }): Promise<void> {
  const { id } = await operate<System>("POST", "/systems", { name })
  say(id)
}

export async function listSystems({ json }: { readonly json?: true }): Promise<void> {
  const systems = await operateList<System>("/systems")
  sayList(systems, json, () =>
    columns(
      ["ID", "NAME"],
      systems.map(({ id, name }) => [id, name]),
    ),
  )
  if (systems.length === 0)
    remark("There is no system yet. Add one with: doorstream system create --name NAME")
}

export async function renameSystem(id: string, { name }: { readonly name: string }): Promise<void> {
  say((await operate<System>("PATCH", pathOf(id), { name })).name)
}

/** @param name as the system is called: nothing is deleted where it is called otherwise */
export async function deleteSystem(id: string, { name }: { readonly name: string }): Promise<void> {
  const { had } = await operate<{ readonly had: Readonly<Record<string, number>> }>(
    "DELETE",
    withQuery(pathOf(id), { name }),
  )
  say(id)
  const counts = Object.entries(had).map(([kind, count]) => `${count} ${kind}`)
  remark(`Deleted, with ${counts.join(", ")}. Its events are forgotten within a minute of a running server.`)
}
