/** What is told of a noun's routes, the same for all nouns. It must not know how they answer. */
import { wordsOf, type NounName, type RefusalCode } from "@doorstream/contract"
import { titleOf } from "@doorstream/contract/validate"
import type { Answered, Told } from "./route.js"

/** Nouns whose lists stand within another object, and what is refused where that is not there. */
const ownerUnknown: { readonly [N in NounName]?: RefusalCode } = {
  connection: "cloud_node_unknown",
  device: "cloud_node_unknown",
  credential: "object_unknown",
}

/** What is refused where an object is not there, or what it stands within. */
const unknownTo = (noun: NounName): readonly RefusalCode[] => [
  ...withinOf(noun),
  noun === "cloudNode" ? "cloud_node_unknown" : "object_unknown",
]

const withinOf = (noun: NounName): readonly RefusalCode[] => [ownerUnknown[noun] ?? []].flat()

/** What is refused of what is written. */
const refusedOf = (noun: NounName): readonly RefusalCode[] => [
  "object_invalid",
  "reference_unknown",
  "external_id_taken",
  ...(noun === "cloudNode" ? (["serial_number_taken"] as const) : []),
  "storage_fault",
  "storage_full",
]

const aOr = (words: string): string => (/^[aeiou]/.test(words) ? `an ${words}` : `a ${words}`)

function basicsOf(noun: NounName) {
  const words = wordsOf(noun)
  const reads = {
    about: `${words[0]!.toUpperCase()}${words.slice(1)}s`,
    token: "system",
    isCounted: true,
  } as const
  return {
    words,
    title: titleOf(noun),
    reads,
    writes: { ...reads, scope: "manage", isVersioned: true } as const,
  }
}

export function tellOfList(noun: NounName): Record<"GET" | "POST", Told> {
  const { words, title, reads, writes } = basicsOf(noun)
  const within = withinOf(noun)
  return {
    GET: {
      ...reads,
      name: `list${title}s`,
      summary: `List the ${words}s`,
      answers: { status: 200, what: "One page of them.", schema: title, isList: true },
      refused: within,
    },
    POST: {
      ...writes,
      name: `create${title}`,
      summary: `Create ${aOr(words)}`,
      body: { as: "json", schema: `${title}Creation` },
      answers: { status: 201, what: `The ${words} that was made.`, schema: title },
      refused: [...within, ...refusedOf(noun)],
    },
  }
}

export function tellOfOne(
  noun: NounName,
  canErase: boolean,
): Record<"GET" | "PUT" | "PATCH" | "DELETE", Told> {
  const { words, title, reads, writes } = basicsOf(noun)
  const unknown = unknownTo(noun)
  const answers: Answered = { status: 200, what: `The ${words}.`, schema: title }
  const told = (verb: string, summary: string) => ({ name: `${verb}${title}`, summary, answers })
  const refused = [...unknown, ...refusedOf(noun)]
  const whole = { as: "json", schema: `${title}Creation` } as const
  const part = { as: "json", schema: `${title}Change` } as const
  return {
    GET: { ...reads, ...told("read", `Read ${aOr(words)}`), isVersioned: true, refused: unknown },
    PUT: { ...writes, ...told("write", `Write ${aOr(words)} anew`), body: whole, refused },
    PATCH: { ...writes, ...told("change", `Change some of ${aOr(words)}`), body: part, refused },
    DELETE: {
      ...writes,
      ...told("remove", `Remove ${aOr(words)}`),
      ...(canErase ? { canErase } : {}),
      answers: { status: 204, what: "It is gone, with what hung on it." },
      refused: [...unknown, "storage_fault"],
    },
  }
}
