/**
 * What a listener sees: the view that its token and its filter give it, and the state that it is yet to be told. It must
 * not know where it reads. PROTOCOL §21, §22.
 */
import type { Milliseconds, Position, Verified } from "../core/ports.js"
import { mayHear, type Session } from "../core/session.js"
import type { StateNow, TellState } from "../core/states.js"
import type { Selection, View } from "../core/view.js"
import { Formers } from "./narrowing.js"
import type { Reading } from "./reading.js"

export class Sight {
  readonly #viewOf: Reading["viewOf"]
  #token: Verified
  #selection: Selection = {}
  #view: View
  /** What was shown before, and is not read yet. */
  readonly formers = new Formers()
  #untold: TellState | undefined

  constructor({ viewOf }: Pick<Reading, "viewOf">, token: Verified) {
    this.#viewOf = viewOf
    this.#token = token
    this.#view = viewOf(token)
  }

  /** The one in use. */
  get token(): Verified {
    return this.#token
  }

  get view(): View {
    return this.#view
  }

  /** What its filter means. */
  get selection(): Selection {
    return this.#selection
  }

  /** Whether it has a filter. */
  get isFiltered(): boolean {
    return Object.keys(this.#selection).length > 0
  }

  /** Whether it is to be told the state before it hears anything. */
  get owesState(): boolean {
    return this.#untold !== undefined
  }

  select(selection: Selection): void {
    this.#selection = selection
    this.#view = this.#viewOf(this.#token, selection)
  }

  /**
   * Looks again, with this token, or because what it lets its listener see may be something else by now.
   *
   * @param unread the newest position, where not all up to there was read: what was shown up to there is owed or told
   * @returns whether anything else is shown from now on
   */
  renew(token: Verified, unread: Position | undefined): boolean {
    const before = this.#view
    this.#token = token
    this.select(this.#selection)
    if (this.#view.key === before.key) return false
    if (unread !== undefined) this.formers.add(before, unread)
    return true
  }

  owe(state: TellState): void {
    this.#untold = state
  }

  /** The state as it is now, once, as soon as it may be told. */
  takeState(session: Session, now: Milliseconds): StateNow | undefined {
    if (this.#untold === undefined || !mayHear(session, now)) return undefined
    const told = this.#untold(this.#token, this.#selection)
    this.#untold = undefined
    return told
  }
}
