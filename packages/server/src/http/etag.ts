/**
 * The version of an object, made of nothing but what is shown of it, and what requests say about versions: If-Match and
 * If-None-Match. It must not know what an object is. PROTOCOL §15.
 */
import { createHash } from "node:crypto"

/** A strong ETag. Two objects that are shown alike have the same. */
export const etagOf = (text: string): string =>
  `"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`

const tagsIn = (header: string): readonly string[] => header.match(/(?:W\/)?"[^"]*"|\*/g) ?? []

/** Whether a change may be made to what is shown with this ETag. A weak one matches nothing. */
export const matches = (ifMatch: string | undefined, etag: string): boolean =>
  ifMatch === undefined || tagsIn(ifMatch).some((tag) => tag === "*" || tag === etag)

/** Whether whoever asks has seen just this already. */
export const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  tagsIn(ifNoneMatch).some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag)
