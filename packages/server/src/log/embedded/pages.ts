/**
 * Looks at the pages of a data file before LMDB does: on pages that are damaged LMDB ends the whole process, without a
 * word. It knows LMDB's format on disk (its mdb.c, data version 2), and nothing of what is kept in it.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs"

/** What is wrong with a file, in words. */
class Damage extends Error {}

const header = 24
const metaMagic = 0xbeefc0de
const metaVersion = 2
const noPage = 2 ** 64
const pageFlags = { branch: 1, leaf: 2, overflow: 4 } as const
const nodeFlags = { big: 1, table: 2 } as const

/** A small tree is looked at with its leaves, however quickly one looks: they are few. */
const fewLeaves = 1000

interface Tree {
  readonly name: string
  readonly depth: number
  readonly leaves: number
  readonly root: number
}

interface File {
  readonly pageSize: number
  /** How many whole pages the file has. */
  readonly count: number
  read(page: number): Buffer
}

export interface Inspection {
  /** Else the leaves of large trees are left out, which are nearly the whole file. */
  readonly thorough: boolean
  /** Called now and then with the number of pages that were looked at, and the file's. */
  readonly walked?: (pages: number, of: number) => void
}

/** What is wrong with a data file; undefined where nothing is. Nobody may be writing to it. */
export function findDamage(path: string, inspection: Inspection): string | undefined {
  const fd = openSync(path, "r")
  try {
    const { size } = fstatSync(fd)
    const [file, trees] = readMetas(fd, size)
    const walk = openWalk(file, inspection)
    for (const tree of trees) walk(tree)
    return undefined
  } catch (error) {
    if (error instanceof Damage) return error.message
    throw error
  } finally {
    closeSync(fd)
  }
}

const number = (bytes: Buffer, at: number): number => Number(bytes.readBigUInt64LE(at))

/** LMDB has two meta pages; the one of the later write counts. Both must be good, or LMDB stumbles over the other. */
function readMetas(fd: number, size: number): [File, Tree[]] {
  if (size === 0) throw new Damage("it is empty")
  const first = readMeta(fd, 0, size)
  const pageSize = first.readUInt32LE(48)
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0)
    throw new Damage("its first page is not one of a data file")
  const second = readMeta(fd, pageSize, size)
  const latest = number(first, 152) > number(second, 152) ? first : second
  const file = openPages(fd, pageSize, Math.floor(size / pageSize))
  return [file, [readTree(latest, 48, "of free pages"), readTree(latest, 96, "of tables")]]
}

function readMeta(fd: number, at: number, size: number): Buffer {
  const meta = Buffer.alloc(160)
  if (size < at + meta.length) throw new Damage(`it ends after ${size} bytes`)
  readSync(fd, meta, 0, meta.length, at)
  if (meta.readUInt32LE(24) !== metaMagic || (meta.readUInt32LE(28) & 0xffff) !== metaVersion)
    throw new Damage("its first pages are not those of a data file")
  return meta
}

const readTree = (bytes: Buffer, at: number, name: string): Tree => ({
  name,
  depth: bytes.readUInt16LE(at + 6),
  leaves: number(bytes, at + 16),
  root: number(bytes, at + 40),
})

const openPages = (fd: number, pageSize: number, count: number): File => ({
  pageSize,
  count,
  read(page) {
    if (page >= count) throw new Damage(`page ${page} is missing: the file ends after ${count}`)
    const bytes = Buffer.allocUnsafe(pageSize)
    readSync(fd, bytes, 0, pageSize, page * pageSize)
    if (number(bytes, 0) !== page) throw new Damage(`page ${page} holds something else`)
    return bytes
  },
})

function openWalk(file: File, { thorough, walked }: Inspection): (tree: Tree) => void {
  let pages = 0

  const walkPage = (page: number, depth: number, tree: Tree): void => {
    if (page >= file.count) throw new Damage(`page ${page} is missing: the file ends after ${file.count}`)
    if (depth === 1 && !thorough && tree.leaves > fewLeaves) return
    const bytes = file.read(page)
    if (++pages % 4096 === 0) walked?.(pages, file.count)
    const isLeaf = depth === 1
    if ((bytes.readUInt16LE(18) & 7) !== (isLeaf ? pageFlags.leaf : pageFlags.branch))
      throw new Damage(`page ${page} is not one of the tree ${tree.name}`)
    for (const at of nodesOf(bytes, page)) {
      if (isLeaf) checkLeafNode(bytes, at, page)
      else walkPage(bytes.readUInt32LE(at) + bytes.readUInt16LE(at + 4) * 2 ** 32, depth - 1, tree)
    }
  }

  const checkLeafNode = (bytes: Buffer, at: number, page: number): void => {
    const [length, flags] = [bytes.readUInt32LE(at), bytes.readUInt16LE(at + 4)]
    const data = at + 8 + bytes.readUInt16LE(at + 6)
    const within = (flags & nodeFlags.big) !== 0 ? 8 : length
    if (data + within > bytes.length) throw new Damage(`page ${page} is not whole`)
    if ((flags & nodeFlags.big) !== 0) checkOverflow(file, number(bytes, data), length)
    else if ((flags & nodeFlags.table) !== 0 && length === 48)
      walk(readTree(bytes, data, bytes.toString("utf8", at + 8, data)))
  }

  const walk = (tree: Tree): void => {
    if (tree.root === noPage) return
    if (tree.depth === 0 || tree.depth > 32) throw new Damage(`the tree ${tree.name} has no depth`)
    walkPage(tree.root, tree.depth, tree)
  }
  return walk
}

/** Where the nodes of a page begin; each has a head of 8 bytes. */
function nodesOf(bytes: Buffer, page: number): number[] {
  const [lower, upper] = [bytes.readUInt16LE(20), bytes.readUInt16LE(22)]
  if (lower > upper || upper + header > bytes.length) throw new Damage(`page ${page} is not whole`)
  const nodes = Array.from({ length: lower >> 1 }, (_, at) => header + bytes.readUInt16LE(header + at * 2))
  if (nodes.some((at) => at < header + lower || at + 8 > bytes.length))
    throw new Damage(`page ${page} is not whole`)
  return nodes
}

/** A value that fits into no leaf has pages of its own, one after the other. */
function checkOverflow(file: File, page: number, length: number): void {
  const flags = file.read(page).readUInt16LE(18)
  if ((flags & pageFlags.overflow) === 0) throw new Damage(`page ${page} is not one of a long value`)
  const last = page + Math.ceil((header + length) / file.pageSize) - 1
  if (last >= file.count) throw new Damage(`page ${last} is missing: the file ends after ${file.count}`)
}
