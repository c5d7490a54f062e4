import { accessSync, constants, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import manifest from '../../../package.json' with { type: 'json' }
import { AuditService } from '../audit/service.ts'
import { AuthService } from '../auth/service.ts'
import { SetupToken } from '../auth/setup-token.ts'
import type { Env } from '../env.ts'
import { createFiles } from '../files/compose.ts'
import type { Services } from '../graphql/context.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { createHttpServer } from '../http/server.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { closeDatabase, startDatabase } from '../platform/database-start.ts'
import type { DatabaseAddress } from '../platform/db.ts'
import { lockDataFolder } from '../platform/instance-lock.ts'
import type { Log } from '../platform/log.ts'
import { StartFault } from '../platform/start-fault.ts'
import { MdadmBackend } from '../raid/mdadm.ts'
import { RaidService } from '../raid/service.ts'
import { SimulatedRaid } from '../raid/simulated.ts'
import { ServerService } from '../server/service.ts'
import { startDemoChecks } from '../simulation/demo.ts'
import { World } from '../simulation/world.ts'
import { machineSensors } from '../telemetry/sensors/machine.ts'
import { TelemetryService } from '../telemetry/service.ts'
import { UsersService } from '../users/service.ts'
import { seedDemo } from './demo.ts'

const dashboardDir = fileURLToPath(new URL('../../../web/out', import.meta.url))

/** A NAS that has been put together but does not listen yet. */
export interface Nas {
  readonly app: FastifyInstance
  /** Non-null while the first administrator is still to be created. */
  readonly setupToken: string | null
  dispose(): Promise<void>
}

/** The composition root of the NAS role: the only place that knows which implementation stands behind what. */
export async function createNas(env: Env, log: Log): Promise<Nas> {
  prepareFolder(env.dataDir, 'BALUHOST_DATA_DIR')
  prepareFolder(env.storageDir, 'BALUHOST_STORAGE_DIR')
  const undo = new AsyncDisposableStack()
  try {
    const lock = lockDataFolder(env.dataDir)
    undo.defer(() => lock.release())
    const address = databaseAddress(env)
    const database = await startDatabase(address, log)
    undo.defer(() => closeDatabase(database, address))

    const clock = systemClock
    const bus = new Bus()
    undo.defer(() => bus.close())
    const audit = new AuditService(database, clock)
    const setupToken = new SetupToken(env.dataDir, env.setupToken)
    const storage = createFiles({ storageDir: env.storageDir, database, bus, clock, log, audit })
    const users = new UsersService({ database, clock, audit, createHome: (user) => storage.files.ensureHome(user) })
    const auth = new AuthService({ database, bus, clock, audit, users, setupToken })
    const server = new ServerService({ version: manifest.version, startedAt: clock.now(), simulated: env.hardware === 'simulated' })
    const telemetry = new TelemetryService({
      bus,
      clock,
      sensors: machineSensors(),
      troubled: (sensor, err) => log.warn({ sensor, err }, 'a sensor of this machine cannot be read as it should'),
    })
    telemetry.start()
    undo.defer(() => telemetry.stop())
    const world = env.hardware === 'simulated' ? new World({ clock }) : null
    if (world && env.demo) undo.defer(startDemoChecks(world))
    const raid = new RaidService({ bus, backend: world ? new SimulatedRaid(world) : new MdadmBackend() })
    const services: Services = { auth, users, server, telemetry, raid, files: storage.files, uploads: storage.uploads }
    await storage.start()
    undo.defer(() => storage.stop())

    const app = await createHttpServer({ schema: nasSchema, services, bus, log, dashboardDir })
    undo.defer(() => app.close())
    let token = await auth.prepareSetup()
    if (env.demo && token) {
      await seedDemo({ auth, users, setupToken: token, storageDir: env.storageDir, now: clock.now() })
      token = null
    }
    const stack = undo.move()
    return { app, setupToken: token, dispose: () => stack.disposeAsync() }
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

function databaseAddress(env: Env): DatabaseAddress {
  if (env.databaseUrl?.startsWith('postgres')) return { provider: 'postgresql', url: env.databaseUrl }
  return { provider: 'sqlite', url: env.databaseUrl ?? `file:${env.dataDir}/baluhost.db` }
}

function prepareFolder(folder: string, setting: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error
    throw new StartFault(
      `The folder ${folder} cannot be written (${reason}). Give this user the right to, or set ${setting} to another folder.`,
    )
  }
}
