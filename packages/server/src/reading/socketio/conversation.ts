/**
 * What is said on a listener's connection: the specification's messages on one side, the listener on the other. It
 * must not know how a session is decided. PROTOCOL §3.
 */
import {
  isRefusal,
  refuse,
  renewedToken,
  subscribeIsolated,
  unsubscribeIsolated,
  type RefusalCode,
  type SubscriptionAnswer,
} from "@doorstream/contract"
import type { Socket } from "socket.io"
import { countRefusal } from "../../core/meter.js"
import type { Milliseconds, Verified, VerifySystemToken } from "../../core/ports.js"
import type { Listener } from "../listener.js"
import { judgeListening } from "./admission.js"
import type { SocketFoot } from "./socket-foot.js"

/** The last argument of a message, where the client asked for an acknowledgement. */
const acknowledgementIn = (args: readonly unknown[]): ((answer: SubscriptionAnswer) => void) | undefined => {
  const last = args.at(-1)
  return typeof last === "function" ? (last as (answer: SubscriptionAnswer) => void) : undefined
}

/** What a message is about; nothing where all it has is an acknowledgement to be called. */
const askedIn = ([first]: readonly unknown[]): unknown => (typeof first === "function" ? undefined : first)

const tokenIn = (payload: unknown): unknown =>
  typeof payload === "object" && payload !== null && "token" in payload ? payload.token : undefined

const asksForCursors = (asked: unknown): boolean =>
  typeof asked === "object" && asked !== null && "cursors" in asked && asked.cursors === true

/** Says what became of a subscription in the way that was asked for. */
const answerOf = (listener: Listener, args: readonly unknown[]) => {
  const acknowledge = acknowledgementIn(args)
  return (answer: SubscriptionAnswer): void => {
    if (acknowledge === undefined) return listener.tellRefused(answer.refused)
    listener.foot.note(1 + answer.refused.length)
    acknowledge(answer)
  }
}

interface Conversing {
  readonly foot: SocketFoot
  readonly verify: VerifySystemToken
  readonly now: () => Milliseconds
  /** Leaves what is said next unheard until this is settled. */
  readonly after: (work: Promise<void>) => void
}

/** Hears what is subscribed and no longer subscribed. */
function hearSubscriptions(socket: Socket, listener: Listener, { foot, after }: Conversing): void {
  const dealWith = (change: Promise<void> | undefined): void => {
    if (change === undefined) return
    const dealt = change.catch((error: unknown) => {
      listener.reading.fault(error, "looking for where a listener begins")
      // It must not believe that nothing happens: it is closed, and may connect again.
      foot.close()
    })
    after(dealt)
  }
  socket.on(subscribeIsolated, (...args: unknown[]) => {
    const asked = askedIn(args)
    if (asksForCursors(asked)) foot.sayCursors()
    dealWith(listener.subscribe(asked, answerOf(listener, args)))
  })
  socket.on(unsubscribeIsolated, (...args: unknown[]) =>
    dealWith(listener.unsubscribe(askedIn(args), answerOf(listener, args))),
  )
}

/** Hears a connected socket's messages until it goes. */
export function converse(socket: Socket, listener: Listener, conversing: Conversing): void {
  const { verify, now, after } = conversing
  const { fault, meter } = listener.reading
  const systemId = listener.tail.system

  const judgeRenewal = async (token: unknown): Promise<Verified | RefusalCode> => {
    if (typeof token !== "string" || token === "") return "token_missing"
    const verified = await verify(token)
    if (isRefusal(verified)) return verified.code
    if (now() >= verified.expiresAt) return "token_expired"
    return judgeListening(verified, systemId)?.code ?? verified
  }

  const renew = async (payload: unknown): Promise<void> => {
    const judged = await judgeRenewal(tokenIn(payload))
    const objection = typeof judged === "string" ? judged : listener.reading.objectionTo(judged)?.code
    if (objection === undefined) return listener.renew(judged as Verified)
    countRefusal(meter, objection)
    listener.sayInvalidToken(objection)
  }

  hearSubscriptions(socket, listener, conversing)
  // One at a time, so that a flood of bad tokens leaves room for others, and is answered in its order.
  let renewing = Promise.resolve()
  socket.on(renewedToken, (payload: unknown) => {
    renewing = renewing
      .then(() => renew(payload))
      .catch((error: unknown) => {
        fault(error, "verifying a renewed token")
        listener.sayInvalidToken(refuse("fault").code)
      })
    after(renewing)
  })
}
