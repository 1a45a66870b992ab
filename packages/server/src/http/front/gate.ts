/**
 * The gate of the front: holds every request against the limits before any app or gateway sees it, so that clients of
 * Socket.IO come back. It must not know what the limits are. PROTOCOL §13.
 */
import type { EventEmitter } from "node:events"
import type { IncomingMessage } from "node:http"
import type { Later } from "../../core/allowance.js"
import type { Objection } from "./refuse.js"

/** What the gate must know of the gateway. */
export interface GatewayBehind {
  /** Whether an open connection has this sid. */
  isOpen(sid: string): boolean
  /** Looks at who asks for a connection; answers why there can be none for now. Never rejects. */
  meet(request: IncomingMessage): Promise<Later | undefined>
}

export interface FrontLimits {
  takeRequest(address: string): Later | undefined
  takeTokenFrom(address: string): Later | undefined
  takePlace(request: object, address: string): Later | undefined
  /** The request is over; its place is free unless a connection came of it. */
  leave(request: object): void
}

export interface GateParts {
  readonly limits: FrontLimits
  /** The address of whoever asks. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Hears of each request that was refused before anything inside saw it. */
  readonly refused: (request: IncomingMessage, objection: Objection) => void
}

/** How a request goes on: it is let in, or refused. `over` says "close" when it is over. */
interface Ways {
  readonly over: EventEmitter
  readonly letIn: () => void
  readonly refuse: (objection: Objection) => void
}

/** The target, read as those behind the gate read it: one thing may be written in many ways, and none evades a limit. */
const targetOf = ({ url }: IncomingMessage): URL | undefined => {
  const base = "http://doorstream.invalid"
  return url !== undefined && URL.canParse(url, base) ? new URL(url, base) : undefined
}

/** The connection that a request of the gateway's belongs to; one without asks for a connection. */
export const sidOf = (request: IncomingMessage): string | undefined =>
  targetOf(request)?.searchParams.getAll("sid").at(-1) || undefined

/** Letters and digits may be written in code. */
const decoded = (path: string): string =>
  path.replaceAll(/%([3-7][\da-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))

const asksForToken = (request: IncomingMessage): boolean =>
  request.method === "POST" &&
  /^\/(oauth2|api\/systems\/.+)\/token$/.test(decoded(targetOf(request)?.pathname ?? ""))

/**
 * Lets somebody in who asks for another connection than the gateway's, under the same limits, or refuses it.
 *
 * @param first what the front itself, or who is asked for, has to object
 */
export function admit(
  { limits, addressOf, refused }: GateParts,
  request: IncomingMessage,
  first: Objection | undefined,
  { over, letIn, refuse }: Ways,
): void {
  const address = addressOf(request)
  const objection = first ?? limits.takeRequest(address) ?? limits.takePlace(request, address)
  if (objection !== undefined) {
    refused(request, objection)
    return refuse(objection)
  }
  over.once("close", () => limits.leave(request))
  letIn()
}

export function openGate({ limits, addressOf, refused }: GateParts, gateway: GatewayBehind) {
  const judge = (request: IncomingMessage): Objection | undefined => {
    const address = addressOf(request)
    return limits.takeRequest(address) ?? (asksForToken(request) ? limits.takeTokenFrom(address) : undefined)
  }

  /** What belongs to an open connection is never refused. */
  const judgeForGateway = (request: IncomingMessage): Objection | undefined => {
    const sid = sidOf(request)
    if (sid !== undefined && gateway.isOpen(sid)) return undefined
    return judge(request) ?? (sid === undefined ? limits.takePlace(request, addressOf(request)) : undefined)
  }

  return {
    /**
     * Why a request that is not the gateway's may not come in.
     *
     * @param first what the front itself has to object
     */
    judge(request: IncomingMessage, first: Objection | undefined): Objection | undefined {
      const objection = first ?? judge(request)
      if (objection !== undefined) refused(request, objection)
      return objection
    },

    /** Lets a request of the gateway's in, or refuses it. */
    enter(request: IncomingMessage, first: Objection | undefined, { over, letIn, refuse }: Ways): void {
      const refuseAndTell = (objection: Objection): void => {
        refused(request, objection)
        refuse(objection)
      }
      const objection = first ?? judgeForGateway(request)
      if (objection !== undefined) return refuseAndTell(objection)
      if (sidOf(request) !== undefined) return letIn()
      over.once("close", () => limits.leave(request))
      void gateway.meet(request).then((later) => (later === undefined ? letIn() : refuseAndTell(later)))
    },
  }
}
