/** Engine.IO, asked for what it knows of its open connections. */
import { Server } from "engine.io"

export class OpenEngine extends Server {
  isOpen(sid: string): boolean {
    return Object.hasOwn(this.clients, sid)
  }

  openConnections(): { readonly protocol: number; readonly transport: string }[] {
    return Object.values(this.clients).map(({ protocol, transport }) => ({
      protocol,
      transport: transport.name,
    }))
  }
}
