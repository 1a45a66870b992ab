/** The law of licences: whatever is installed to run Doorstream may be passed on by whoever runs it. */
import type { Breach } from "./files.js"

/** An entry of package-lock.json, as far as it matters here. */
export interface Locked {
  readonly link?: boolean
  readonly dev?: boolean
  readonly license?: string
}

const permitted = new Set(["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"])

const isPermitted = (licence: string): boolean =>
  licence
    .replaceAll(/[()]/g, "")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((part) => permitted.has(part.trim())))

/**
 * @param licenceOf reads the licence of what is installed in a folder; undefined where nothing is, as with packages for
 *   other platforms: then the lockfile's word counts
 */
export const findUnlicensed = (
  locked: Readonly<Record<string, Locked>>,
  licenceOf: (folder: string) => string | undefined,
): Breach[] =>
  Object.entries(locked)
    .filter(([folder, { dev, link }]) => folder.includes("node_modules/") && !dev && !link)
    .map(([folder, { license }]) => ({ folder, licence: licenceOf(folder) ?? license ?? "none" }))
    .filter(({ licence }) => !isPermitted(licence))
    .map(({ folder, licence }) => `${folder}: ${licence}`)
