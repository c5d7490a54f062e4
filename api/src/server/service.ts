import { hostname } from 'node:os'
import type { Actor } from '../auth/model.ts'
import { requireReadServer } from './policy.ts'

export interface ServerInfo {
  readonly version: string
  readonly hostname: string
  readonly startedAt: Date
  readonly simulated: boolean
}

/** What this server is and runs on. */
export class ServerService {
  readonly #info: ServerInfo

  constructor(info: { version: string; startedAt: Date; simulated: boolean }) {
    this.#info = { ...info, hostname: hostname() }
  }

  read(actor: Actor): ServerInfo {
    requireReadServer(actor)
    return this.#info
  }
}
