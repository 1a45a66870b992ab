/**
 * Tells the audit of what changes nothing in the registry. All that waits is told in one write, so that a crowd waits
 * for a few of them, and keeps nobody else from theirs. It must not know what is told.
 */
import { refuse, type Refusal } from "@doorstream/contract"
import type { Audited, TellAudit } from "../core/audit.js"
import type { Registry } from "../core/ports.js"

interface TrailParts {
  readonly registry: Pick<Registry, "change">
  readonly fault: (fault: unknown, what: string) => void
}

/** The most records of one write. */
const mostAtOnce = 1000

interface Batch {
  readonly told: Audited[]
  readonly written: Promise<Refusal | undefined>
}

/** It may write into what is left free of the disk for emergencies: a door must open on a full disk, too. */
export function openTrail({ registry, fault }: TrailParts): TellAudit {
  /** What may still be joined. */
  let open: Batch | undefined
  const close = (told: readonly Audited[]): void => {
    if (open?.told === told) open = undefined
  }
  const write = async (told: readonly Audited[]): Promise<Refusal | undefined> => {
    // Whatever is told in the same moment comes along.
    await Promise.resolve()
    try {
      return await registry.change(() => {
        close(told)
        return { changes: [], audit: told, answer: undefined }
      })
    } catch (failure) {
      fault(failure, "telling the audit")
      return refuse("storage_fault")
    } finally {
      close(told)
    }
  }
  const begin = (): Batch => {
    const told: Audited[] = []
    return { told, written: write(told) }
  }
  return (audited) => {
    if (open === undefined || open.told.length >= mostAtOnce) open = begin()
    open.told.push(audited)
    return open.written
  }
}
