import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { readEnv } from '../src/env.ts'
import { createTestDatabase, hasPostgres } from '../src/files/test-storage.ts'
import type { Database, DatabaseProvider } from '../src/platform/db.ts'
import { createNas } from '../src/tiers/nas.ts'
import { Client } from './client.ts'

export const adminName = 'ada'
export const goodPassword = 'correct horse battery'

/** The real server of the NAS role behind a real port, with a folder and a database of its own. */
export interface TestNas {
  readonly origin: string
  readonly dataDir: string
  readonly storageDir: string
  /** A connection of its own to look with, and to break things with. */
  readonly database: Database
  readonly setupToken: string | null
  /** What the server has logged, a JSON text a line. */
  readonly logged: string[]
  /** A browser without cookies. */
  client(): Client
  /** Stops it as a signal would; `restart` goes on with the same folder and database. */
  stop(): Promise<void>
  restart(): Promise<TestNas>
  close(): Promise<void>
}

export interface TestNasOptions {
  readonly provider?: DatabaseProvider
  readonly env?: Record<string, string>
}

interface Place {
  readonly dataDir: string
  readonly env: Record<string, string>
  readonly database: Database
  drop(): Promise<void>
}

export async function startNas({ provider = 'sqlite', env = {} }: TestNasOptions = {}): Promise<TestNas> {
  const dataDir = mkdtempSync(`${tmpdir()}/baluhost-nas-`)
  // Made with all tables: a migration in each test would be most of its time.
  const { address, database, drop } = await createTestDatabase(provider)
  const place = { dataDir, env: { ...env, DATABASE_URL: address.url }, database, drop }
  return await run(place).catch(async (error: unknown) => {
    await remove(place)
    throw error
  })
}

async function run(place: Place): Promise<TestNas> {
  const { dataDir, database } = place
  const env = readEnv(
    { BALUHOST_HARDWARE: 'simulated', BALUHOST_DATA_DIR: dataDir, BALUHOST_HOST: '127.0.0.1', BALUHOST_PORT: '0', ...place.env },
    false,
  )
  const logged: string[] = []
  const sink = new Writable({
    write(line, _encoding, done) {
      logged.push(String(line))
      done()
    },
  })
  const nas = await createNas(env, pino({ level: 'trace' }, sink))
  const origin = await nas.app.listen({ host: env.host, port: env.port })
  const stop = () => nas.dispose()
  return {
    origin,
    dataDir,
    storageDir: env.storageDir,
    database,
    setupToken: nas.setupToken,
    logged,
    client: () => new Client(origin),
    stop,
    restart: async () => {
      await stop()
      return run(place)
    },
    close: async () => {
      await stop()
      await remove(place)
    },
  }
}

async function remove({ dataDir, drop }: Place): Promise<void> {
  await drop()
  rmSync(dataDir, { recursive: true, force: true })
}

/** A server with its first administrator, signed in. */
export async function startNasWithAdmin(options: TestNasOptions = {}): Promise<{ nas: TestNas; admin: Client }> {
  const nas = await startNas(options)
  const admin = nas.client()
  await admin.completeSetup({ setupToken: nas.setupToken ?? '', username: adminName, password: goodPassword })
  return { nas, admin }
}

/** The databases that can be tested here; says loudly when PostgreSQL is not among them. */
export async function testedProviders(): Promise<DatabaseProvider[]> {
  return (await hasPostgres()) ? ['sqlite', 'postgresql'] : ['sqlite']
}
