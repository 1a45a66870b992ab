/** Engine.IO, asked whether a connection is open. */
import { Server } from "engine.io"

export class OpenEngine extends Server {
  isOpen(sid: string): boolean {
    return Object.hasOwn(this.clients, sid)
  }
}
