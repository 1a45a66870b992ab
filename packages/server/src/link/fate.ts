/** What became of a node link: told once, when it has ended. */

/** Never a key, a proof, nor anything that was not proven. */
export interface LinkFate {
  readonly address: string
  readonly system?: string
  readonly cloudNode?: string
  readonly serialNumber?: string
  readonly seconds: number
  /** How many reports were accepted. */
  readonly reports: number
  /** The code of the refusal that ended it, or `closed` where the node or the network did. */
  readonly ended: string
  /** Of the WebSocket. */
  readonly closeCode: number
}
