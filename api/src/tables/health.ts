import { Worker } from 'node:worker_threads'
import { sqltag as sql } from '@prisma/client/runtime/client'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseAddress } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import type { DatabaseHealth } from './model.ts'

/** Files up to so many bytes are checked: larger ones would be read for longer than two seconds. */
const checkedUpTo = 512 * 1024 * 1024
/** Who asks again within this time is told what was found before, in milliseconds. */
const remembered = 60_000

interface Check {
  readonly sound: boolean | null
  readonly finding: string | null
  readonly checkedAt: Date | null
}

export interface HealthDeps {
  readonly database: Database
  readonly address: DatabaseAddress
  readonly clock: Clock
  readonly log: Log
}

/** How the database is: what it knows about itself. */
export class HealthCheck {
  readonly #deps: HealthDeps
  #checking: { readonly at: number; readonly check: Promise<Check> } | null = null

  constructor(deps: HealthDeps) {
    this.#deps = deps
  }

  async read(): Promise<DatabaseHealth> {
    return this.#deps.address.provider === 'sqlite' ? this.#ofFile() : this.#ofServer()
  }

  async #ofFile(): Promise<DatabaseHealth> {
    const { clock, database } = this.#deps
    const [pages] = await database.$queryRawUnsafe<{ page_count: bigint | number }[]>('PRAGMA page_count')
    const [page] = await database.$queryRawUnsafe<{ page_size: bigint | number }[]>('PRAGMA page_size')
    const [version] = await database.$queryRaw<{ version: string }[]>(sql`SELECT sqlite_version() AS "version"`)
    const size = Number(pages?.page_count ?? 0) * Number(page?.page_size ?? 0)
    const now = clock.monotonic()
    if (!this.#checking || now - this.#checking.at > remembered) this.#checking = { at: now, check: this.#check(size) }
    const check = await this.#checking.check
    return { provider: 'sqlite', version: version?.version ?? '', size, ...check, connections: null, mostConnections: null }
  }

  async #ofServer(): Promise<DatabaseHealth> {
    const [row] = await this.#deps.database.$queryRaw<{ version: string; size: bigint; connections: bigint; most: string }[]>(
      sql`SELECT current_setting('server_version') AS "version", pg_database_size(current_database()) AS "size",
        (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()) AS "connections",
        current_setting('max_connections') AS "most"`,
    )
    return {
      provider: 'postgresql',
      version: row?.version ?? '',
      size: Number(row?.size ?? 0),
      sound: null,
      finding: null,
      checkedAt: null,
      connections: Number(row?.connections ?? 0),
      mostConnections: Number(row?.most ?? 0),
    }
  }

  async #check(size: number): Promise<Check> {
    const { address, clock, log } = this.#deps
    if (size > checkedUpTo) return { sound: null, finding: 'TOO_LARGE', checkedAt: null }
    try {
      const found = await quickCheck(address)
      if (found !== 'ok') log.error({ found }, 'the database file is damaged')
      return { sound: found === 'ok', finding: found === 'ok' ? null : found, checkedAt: clock.now() }
    } catch (err) {
      log.error({ err }, 'the database file could not be checked')
      return { sound: null, finding: 'FAILED', checkedAt: null }
    }
  }
}

/** `ok`, or the first thing that is wrong: https://www.sqlite.org/pragma.html#pragma_quick_check */
function quickCheck(address: DatabaseAddress): Promise<string> {
  const { promise, reject, resolve } = Promise.withResolvers<string>()
  const worker = new Worker(new URL('./check-worker.ts', import.meta.url), { workerData: address })
  // `node --watch` sends messages of its own through the same channel.
  worker.on('message', (message: unknown) => {
    if (typeof message === 'string') resolve(message)
  })
  worker.once('error', reject)
  worker.once('exit', (code) => reject(new Error(`The check ended with ${code} and no answer.`)))
  return promise
}
