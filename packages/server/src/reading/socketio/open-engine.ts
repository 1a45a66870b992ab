/** Engine.IO, asked for what it knows of its open connections. */
import { Server, type Socket } from "engine.io"

export class OpenEngine extends Server {
  isOpen(sid: string): boolean {
    return Object.hasOwn(this.clients, sid)
  }

  openConnections(): readonly Socket[] {
    return Object.values(this.clients)
  }
}
