/** The panels on the wall, as their installer ties them to cloud nodes. It must not know what they are for. PROTOCOL §16.2. */
import { refusedFault, LinkFault, type Answer, type Ask } from "../api-session.js"
import { asText, isObject } from "../json.js"
import { SimulationRefused } from "../simulation/simulation.js"
import type { Insist } from "./insist.js"
import { nodePath, type NodeEntry } from "./registry.js"

export interface Panel {
  readonly serialNumber: string
  readonly key: string
}

const codeOf = ({ body }: Answer): string => (isObject(body) ? asText(body.code) : "")

export class Panels {
  readonly #insist: Insist
  readonly #systemId: string
  /** The ids of the cloud nodes whose panels were registered here. */
  readonly #ours = new Set<string>()

  constructor(insist: Insist, systemId: string) {
    this.#insist = insist
    this.#systemId = systemId
  }

  /**
   * Rejects with SimulationRefused where it has a panel that is not ours.
   *
   * @param takeOver registers it anew even so
   */
  async register(node: NodeEntry, takeOver: boolean): Promise<Panel> {
    const path = `${nodePath(this.#systemId, node.id)}/panel`
    const answer = await this.#insist("POST", path)
    if (answer.status === 201 && isObject(answer.body)) {
      this.#ours.add(node.id)
      return { serialNumber: asText(answer.body.serialNumber), key: asText(answer.body.key) }
    }
    const isTaken = codeOf(answer) === "panel_registered"
    // It may have been registered by ourselves, whose answer was lost.
    if (isTaken && (takeOver || answer.isUnsure || this.#ours.has(node.id))) {
      await this.unregister(node.id)
      return this.register(node, takeOver)
    }
    throw new SimulationRefused(
      isTaken
        ? `The panel of the cloud node "${node.name}" is registered already, and its key is known to nobody here. ` +
            "Unregister it, or ask to take it over (takeOver), which locks out the hardware that has it."
        : refusedFault(`The panel of the cloud node "${node.name}" cannot be registered`, answer).message,
    )
  }

  async unregister(cloudNodeId: string): Promise<void> {
    await this.#insist("DELETE", `${nodePath(this.#systemId, cloudNodeId)}/panel`)
    this.#ours.delete(cloudNodeId)
  }

  /** Somebody else has unregistered it. */
  disown(cloudNodeId: string): void {
    this.#ours.delete(cloudNodeId)
  }

  /** Unregisters what was registered here, each tried once. */
  async leave(ask: Ask): Promise<void> {
    const tryOnce = async (id: string): Promise<void> => {
      try {
        await ask("DELETE", `${nodePath(this.#systemId, id)}/panel`)
      } catch (fault) {
        // The next run takes it over, or is told.
        if (!(fault instanceof LinkFault)) throw fault
      }
    }
    await Promise.all([...this.#ours].map(tryOnce))
    this.#ours.clear()
  }
}
