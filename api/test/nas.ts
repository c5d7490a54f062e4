import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Writable } from 'node:stream'
import { readEnv } from '../src/env.ts'
import { createTestDatabase, hasPostgres } from '../src/files/test-storage.ts'
import type { Services } from '../src/graphql/context.ts'
import { type Clock, systemClock } from '../src/platform/clock.ts'
import type { Database, DatabaseProvider } from '../src/platform/db.ts'
import { createLog } from '../src/platform/log.ts'
import { createNas } from '../src/tiers/nas.ts'
import { Client } from './client.ts'

export const adminName = 'ada'
export const goodPassword = 'correct horse battery'

/** The real server of the NAS role behind a real port, with a folder and a database of its own. */
export interface TestNas {
  readonly origin: string
  readonly dataDir: string
  readonly storageDir: string
  /** As DATABASE_URL names it. */
  readonly databaseUrl: string
  /** A connection of its own to look with, and to break things with. */
  readonly database: Database
  readonly setupToken: string | null
  /** The services behind the doors, to be asked directly. */
  readonly services: Services
  /** Every route that there is, as Fastify prints them. */
  readonly routes: string
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
  /** Another dashboard than the one that is built here. */
  readonly dashboardDir?: string
  /** Told to the server in place of the machine's. */
  readonly clock?: Clock
}

interface Place {
  readonly clock: Clock
  readonly dataDir: string
  readonly env: Record<string, string>
  readonly dashboardDir: string | undefined
  readonly database: Database
  drop(): Promise<void>
}

export async function startNas({
  provider = 'sqlite',
  env = {},
  clock = systemClock,
  dashboardDir,
}: TestNasOptions = {}): Promise<TestNas> {
  const dataDir = mkdtempSync(`${tmpdir()}/baluhost-nas-`)
  // Made with all tables: a migration in each test would be most of its time.
  const { address, database, drop } = await createTestDatabase(provider)
  const place = { clock, dashboardDir, dataDir, env: { ...env, DATABASE_URL: address.url }, database, drop }
  return await run(place).catch(async (error: unknown) => {
    await remove(place)
    throw error
  })
}

async function run(place: Place): Promise<TestNas> {
  const { clock, dataDir } = place
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
  const log = await createLog({ level: 'trace', format: 'json', destination: sink })
  const nas = await createNas(env, log, clock, place.dashboardDir)
  const origin = await nas.app.listen({ host: env.host, port: env.port })
  let stopped = false
  const stop = () => {
    stopped = true
    return nas.dispose()
  }
  return {
    origin,
    dataDir,
    storageDir: env.storageDir,
    databaseUrl: env.databaseUrl ?? '',
    // While it runs, its own connection: libsql waits for another one without letting anything else happen, that other one included.
    get database() {
      return stopped ? place.database : nas.database
    },
    setupToken: nas.setupToken,
    services: nas.services,
    routes: nas.app.printRoutes({ commonPrefix: false }),
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

/** The machine's time, and a way to turn it on. */
export function turnableClock(): Clock & { turn(milliseconds: number): void } {
  let turned = 0
  return {
    now: () => new Date(Date.now() + turned),
    monotonic: () => performance.now() + turned,
    turn: (milliseconds) => {
      turned += milliseconds
    },
  }
}

/** The databases that can be tested here; says loudly when PostgreSQL is not among them. */
export async function testedProviders(): Promise<DatabaseProvider[]> {
  return (await hasPostgres()) ? ['sqlite', 'postgresql'] : ['sqlite']
}
