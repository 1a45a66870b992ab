/** The files of the house as its laws read them. It knows what belongs to the house, and none of its laws. */
import { readFileSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** A text file; its path is from the root of the checkout, with forward slashes. */
export interface File {
  readonly path: string
  readonly text: string
}

/** What a law finds: where, and what is wrong there. */
export type Breach = string

const root = fileURLToPath(new URL("../../", import.meta.url))

export const isCode = ({ path }: File): boolean => /\.(tsx?|mts|mjs|js)$/.test(path)

/** Tests, the suites that several of them run, and the programs that they start. */
export const isTest = (path: string): boolean => /\.(test|suite|child)\.tsx?$/.test(path)

/** The line at a place in a text, counted from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

export const readHouseFile = (path: string): string => readFileSync(root + path, "utf8")

/** What git is told to leave alone, as far as it is whole folders or endings. */
function readIgnored(): (path: string) => boolean {
  const rules = readHouseFile(".gitignore").split("\n").filter(Boolean)
  const folders = rules.filter((rule) => rule.endsWith("/")).map((rule) => `/${rule}`)
  const endings = rules.filter((rule) => rule.startsWith("*")).map((rule) => rule.slice(1))
  return (path) =>
    [...folders, "/.git/"].some((folder) => `/${path}/`.includes(folder)) ||
    endings.some((ending) => path.endsWith(ending))
}

/** Every text file that git keeps or would keep, without asking git: it is not there in every copy. */
export function readHouse(): File[] {
  const isIgnored = readIgnored()
  const pathsIn = (folder: string): string[] =>
    readdirSync(root + folder, { withFileTypes: true }).flatMap((entry) => {
      const path = folder + entry.name
      if (isIgnored(path)) return []
      if (entry.isDirectory()) return pathsIn(`${path}/`)
      return entry.isFile() ? [path] : []
    })
  return pathsIn("")
    .map((path) => ({ path, text: readHouseFile(path) }))
    .filter(({ text }) => !text.includes("\0"))
}
