/** All that may be written into a registry, noun by noun: the one table that REST, files of buildings and documents read. */
import type { CloudNode, Connection, Credential, Device, Group, Holder, Rule } from "../entities.js"
import { credential, group, holder, rule } from "./access.js"
import { cloudNode, connection, device } from "./building.js"
import type { NounName, WrittenField, WrittenFields } from "./field.js"

/** What each noun is once it is in a registry. */
export interface Nouns {
  cloudNode: CloudNode
  connection: Connection
  device: Device
  holder: Holder
  credential: Credential
  group: Group
  rule: Rule
}

/** What the path says, what the registry gives, and what has a path of its own. */
type Unwritten = "id" | "created" | "cloudNodeId" | "credentials"

type Kept<F extends WrittenFields> = {
  [K in keyof F]: F[K] extends { keptAs: infer As extends string } ? As : K
}[keyof F]

type Table = { readonly [N in NounName]: WrittenFields }

const table = { cloudNode, connection, device, holder, credential, group, rule } as const satisfies Table

/** Every key of an entity that somebody writes is in the table: this is no noun's name as soon as one is not. */
type Complete = {
  [N in NounName]: Exclude<keyof Nouns[N], Unwritten> extends Kept<(typeof table)[N]> ? N : never
}[NounName]

export const nouns: { readonly [N in NounName & Complete]: WrittenFields } = table

export const nounNames = Object.keys(nouns) as NounName[]

/** A noun in people's words. @example wordsOf("cloudNode") // "cloud node" */
export const wordsOf = (noun: NounName): string =>
  noun.replace(/[A-Z]/, (letter) => ` ${letter.toLowerCase()}`)

/** The noun whose ids stand in a field, one or several of them. */
export function referredBy(field: Pick<WrittenField, "is">): NounName | undefined {
  const kind = field as WrittenField
  const one = kind.is === "list" ? kind.of : kind
  return one.is === "reference" ? one.to : undefined
}
