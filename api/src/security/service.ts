import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { bySeverity, type Finding, type FindingSource } from './model.ts'
import { requireReadSecurity } from './policy.ts'

export interface SecurityOverview {
  readonly at: Date
  /** The worst first. */
  readonly findings: readonly Finding[]
  /** Names of what could not be looked at. */
  readonly unavailable: readonly string[]
}

export interface SecurityServiceDeps {
  readonly sources: readonly FindingSource[]
  readonly clock: Clock
  readonly log: Log
}

/** How long one source may take, in milliseconds: the others are not waited for any longer than that. */
const patience = 5_000

/** What is weak about this server, out of what each domain knows. */
export class SecurityService {
  readonly #deps: SecurityServiceDeps

  constructor(deps: SecurityServiceDeps) {
    this.#deps = deps
  }

  /** Administrators only. `secure` when the request came over TLS. */
  async overview(actor: Actor, { secure }: { secure: boolean }): Promise<SecurityOverview> {
    requireReadSecurity(actor)
    const { clock, log, sources } = this.#deps
    const unavailable: string[] = []
    const found = await Promise.all(
      sources.map(async (source) => {
        try {
          return await inTime(source.find({ address: actor.address, secure }))
        } catch (err) {
          log.error({ err, source: source.name }, 'weaknesses could not be looked for')
          unavailable.push(source.name)
          return []
        }
      }),
    )
    return { at: clock.now(), findings: found.flat().sort(bySeverity), unavailable: unavailable.sort() }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('took too long')), patience)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
