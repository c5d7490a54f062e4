import { accessSync, constants, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import manifest from '../../../package.json' with { type: 'json' }
import { AuditChecks } from '../audit/checks.ts'
import { RetentionSetting } from '../audit/retention-setting.ts'
import { AuditService } from '../audit/service.ts'
import { Confirmations } from '../auth/confirmation.ts'
import { Identification } from '../auth/identification.ts'
import type { Origin } from '../auth/model.ts'
import { OwnSessions } from '../auth/own-sessions.ts'
import { PasswordChanges } from '../auth/password-changes.ts'
import { tunePasswordCost } from '../auth/password-tuning.ts'
import { Revocations } from '../auth/revocations.ts'
import { AuthService } from '../auth/service.ts'
import { SessionUpkeep } from '../auth/session-upkeep.ts'
import { Sessions } from '../auth/sessions.ts'
import { requiredFactors } from '../auth/settings.ts'
import { SetupToken } from '../auth/setup-token.ts'
import type { Env } from '../env.ts'
import { createFiles } from '../files/compose.ts'
import { DownloadLinks } from '../files/download-links.ts'
import type { Services } from '../graphql/context.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { GroupsService } from '../groups/service.ts'
import { createHttpServer } from '../http/server.ts'
import { createIntegrity } from '../integrity/compose.ts'
import { InvitationsService } from '../invitations/service.ts'
import { createJobs } from '../jobs/compose.ts'
import { jobsHealth } from '../jobs/health.ts'
import { KeyIdentity } from '../keys/identity.ts'
import { KeyRefusals } from '../keys/refusals.ts'
import { KeysService } from '../keys/service.ts'
import { Bus } from '../platform/bus.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { closeDatabase, startDatabase } from '../platform/database-start.ts'
import type { Database } from '../platform/db.ts'
import { lockDataFolder } from '../platform/instance-lock.ts'
import type { Log } from '../platform/log.ts'
import { readSecrets } from '../platform/secrets.ts'
import { StartFault } from '../platform/start-fault.ts'
import { MdadmBackend } from '../raid/mdadm.ts'
import { RaidService } from '../raid/service.ts'
import { SimulatedRaid } from '../raid/simulated.ts'
import { schedulesHealth } from '../schedules/health.ts'
import { SearchService } from '../search/service.ts'
import { accountFindings } from '../security/findings/accounts.ts'
import { auditFindings } from '../security/findings/audit.ts'
import { keyFindings } from '../security/findings/keys.ts'
import { machineFindings } from '../security/findings/machine.ts'
import { SecurityService } from '../security/service.ts'
import { ServerService } from '../server/service.ts'
import { SettingsService } from '../settings/service.ts'
import { startDemoChecks } from '../simulation/demo.ts'
import { World } from '../simulation/world.ts'
import { TablesService } from '../tables/service.ts'
import { machineSensors } from '../telemetry/sensors/machine.ts'
import { TelemetryService } from '../telemetry/service.ts'
import { ThumbnailsService } from '../thumbnails/service.ts'
import { LocalAuthority } from '../tls/local-authority.ts'
import type { CertificateSource } from '../tls/model.ts'
import { OwnCertificate } from '../tls/own-certificate.ts'
import { TrashService } from '../trash/service.ts'
import { Avatars } from '../users/avatars.ts'
import { UserChanges } from '../users/changes.ts'
import { UserDeletions } from '../users/deletion.ts'
import { Homes } from '../users/homes.ts'
import { UsersService } from '../users/service.ts'
import { VersionsService } from '../versions/service.ts'
import { versionRules } from '../versions/settings.ts'
import { databaseAddress } from './database-address.ts'
import { seedDemo } from './demo.ts'
import { composeFactors } from './factors.ts'
import { composeHealth, registerComponents } from './health.ts'
import { composeSchedules } from './jobs.ts'
import { composeLimits } from './limits.ts'

const builtDashboard = fileURLToPath(new URL('../../../web/out', import.meta.url))

/** A NAS that has been put together but does not listen yet. */
export interface Nas {
  readonly app: FastifyInstance
  /** Every domain, for tests that come by no door. */
  readonly services: Services
  /** Closed by `dispose`. For tests that look behind the services: on SQLite a second connection of this process would wait for this one by standing in its way. */
  readonly database: Database
  /** Non-null while the first administrator is still to be created. */
  readonly setupToken: string | null
  /** Of the local authority, to be compared with what a device was given; null without one. */
  readonly fingerprint: string | null
  /** What can wait until people can come in. */
  whenListening(): void
  dispose(): Promise<void>
}

/**
 * The composition root of the NAS role: the only place that knows which implementation stands behind what. Tests turn the
 * clock, and bring a dashboard of their own.
 */
export async function createNas(env: Env, log: Log, clock: Clock = systemClock, dashboardDir = builtDashboard): Promise<Nas> {
  prepareFolder(env.dataDir, 'BALUHOST_DATA_DIR')
  prepareFolder(env.storageDir, 'BALUHOST_STORAGE_DIR')
  const undo = new AsyncDisposableStack()
  try {
    const lock = lockDataFolder(env.dataDir)
    undo.defer(() => lock.release())
    const address = databaseAddress(env)
    const database = await startDatabase(address, log)
    undo.defer(() => closeDatabase(database, address))

    const secrets = await readSecrets({ file: `${env.dataDir}/master-key`, credential: env.masterKeyCredential })
    const bus = new Bus()
    undo.defer(() => bus.close())
    const audit = new AuditService({
      database,
      provider: address.provider,
      bus,
      clock,
      secrets,
      log,
      headFile: `${env.dataDir}/audit-head`,
    })
    await audit.start()
    undo.defer(() => audit.stop())
    const health = composeHealth({ env, bus, clock, log, audit })
    const jobs = createJobs({ database, provider: address.provider, bus, clock, log, audit })
    const setupToken = new SetupToken(env.dataDir, env.setupToken)
    const settings = new SettingsService({ database, bus, clock, audit })
    await settings.load()
    const { storageDir, uploadExpiryMilliseconds } = env
    const storage = createFiles({
      storageDir,
      database,
      bus,
      clock,
      log,
      audit,
      jobs,
      uploadExpiryMilliseconds,
      versionRules: () => settings.get(versionRules),
    })
    const homes = new Homes({ database, folders: storage.homeFolders })
    const users = new UsersService({ database, clock, audit, homes })
    const integrity = createIntegrity({ tree: storage.tree, audit, settings, jobs })
    const {
      health: limitsHealth,
      limiter,
      limits,
      signInGuard,
      guessGuard,
    } = await composeLimits({
      redisUrl: env.redisUrl,
      settings,
      audit,
      secrets,
      clock,
      log,
      undo,
    })
    const revocations = new Revocations({ database, bus, clock, log })
    await revocations.start()
    undo.defer(() => revocations.stop())
    const sessions = new Sessions({ database, bus, clock, settings, revocations })
    const sessionUpkeep = new SessionUpkeep({ sessions, bus, clock, log })
    sessionUpkeep.start()
    undo.defer(() => sessionUpkeep.stop())
    const factors = composeFactors({ database, clock, audit, secrets, settings, sessions, revocations, guard: guessGuard })
    const avatars = new Avatars({ folder: `${env.dataDir}/avatars`, database, audit })
    const userChanges = new UserChanges({ database, clock, audit, sessions, revocations, homes })
    const userDeletions = new UserDeletions({
      database,
      clock,
      audit,
      sessions,
      revocations,
      homes,
      log,
      dropAvatar: (name) => avatars.drop(name),
    })
    const groups = new GroupsService({ database, clock, audit })
    const invitations = new InvitationsService({ database, clock, audit, users, sessions })
    const countKeyFailure = ({ address }: Origin) => limiter.require('apiKeyFailures', { address, accountId: null })
    const keyIdentity = new KeyIdentity({ database, clock, refusals: new KeyRefusals({ audit, count: countKeyFailure }) })
    const keys = new KeysService({ database, clock, audit, revocations })
    const identification = new Identification({ sessions, keys: keyIdentity, enrolment: factors.enrolment })
    const { secondStep } = factors.services
    const auth = new AuthService({ database, clock, audit, users, setupToken, sessions, signInGuard, secondStep })
    const confirmations = new Confirmations({ database, audit, sessions, checks: factors.proofs })
    const ownSessions = new OwnSessions({ database, bus, audit, sessions })
    const passwordChanges = new PasswordChanges({ database, clock, audit, sessions, guard: guessGuard })
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
    const raidBackend = world ? new SimulatedRaid(world) : new MdadmBackend()
    const raid = new RaidService({ bus, backend: raidBackend })
    const security = new SecurityService({
      clock,
      log,
      sources: [
        accountFindings({ database, clock }),
        keyFindings({ database, clock }),
        auditFindings({ audit, database, clock, startedAt: clock.now() }),
        machineFindings({
          database,
          host: env.host,
          tls: env.tls.mode !== 'off' || env.trustedProxies.length > 0,
          setupTokenInEnvironment: env.setupToken !== null,
          secondFactorRequired: () => settings.get(requiredFactors).roles.includes('ADMIN'),
          keyBesideDatabase:
            env.masterKeyCredential === null && address.provider === 'sqlite' && dirname(address.url.slice('file:'.length)) === env.dataDir,
        }),
      ],
    })
    const thumbnails = new ThumbnailsService({ files: storage.files, folder: `${env.dataDir}/thumbnails` })
    const schedules = composeSchedules({
      thumbnails,
      database,
      address,
      bus,
      clock,
      log,
      audit,
      settings,
      sessions,
      storage,
      jobs,
    })
    const services: Services = {
      audit,
      auditChecks: new AuditChecks({ audit, database, queue: jobs.queue }),
      auditRetention: new RetentionSetting({ audit, clock, settings }),
      auth,
      sessions,
      ownSessions,
      passwordChanges,
      confirmations,
      ...factors.services,
      identification,
      keys,
      settings,
      limiter,
      limits,
      users,
      userChanges,
      userDeletions,
      avatars,
      groups,
      invitations,
      jobs: jobs.service,
      schedules: schedules.service,
      scheduleChanges: schedules.changes,
      security,
      health: health.service,
      server,
      telemetry,
      raid,
      tables: new TablesService({ database, address, clock, audit, log }),
      files: storage.files,
      archives: storage.archives,
      integrity: integrity.service,
      downloadLinks: new DownloadLinks({
        files: storage.files,
        secrets,
        clock,
        audit,
        identify: (sessionId, origin) => identification.actorOfSession(sessionId, origin),
      }),
      uploads: storage.uploads,
      copies: storage.copies,
      search: new SearchService({ database, provider: address.provider }),
      thumbnails,
      trash: new TrashService({ bin: storage.trash, settings, audit }),
      versions: new VersionsService({ tree: storage.tree, store: storage.versions, removals: storage.removals, settings, audit }),
    }
    await storage.start()
    undo.defer(() => storage.stop())
    await integrity.start()
    await Promise.all([avatars.start(), thumbnails.start()])
    // What the last stop came into the middle of.
    await homes.resume((userId, err) => log.error({ err, userId }, 'a home could not take the new name of its account'))
    await userDeletions.resume()

    const certificates = await certificatesOf(env, clock, log)
    const { accelPrefix, trustedProxies } = env
    const { readiness } = health
    const app = await createHttpServer({
      schema: nasSchema,
      services,
      bus,
      log,
      dashboardDir,
      trustedProxies,
      accelPrefix,
      certificates,
      readiness,
    })
    undo.defer(() => app.close())
    const more = [...storage.health, integrity.health, ...limitsHealth, jobsHealth(jobs), schedulesHealth(schedules)]
    app.addHook('onListen', async () => void health.registry.start())
    registerComponents(health.registry, { env, database, clock, audit, revocations, telemetry, raidBackend, certificates, app, more })
    // Said before the doors close, so that whoever spreads requests sends no more of them here.
    undo.defer(() => health.registry.stop())
    let token = await auth.prepareSetup()
    if (env.demo && token) {
      await seedDemo({ auth, groups, users, setupToken: token, storageDir: env.storageDir, now: clock.now() })
      token = null
    }
    await jobs.start()
    undo.defer(() => jobs.stop())
    await schedules.start()
    undo.defer(() => schedules.stop())
    const stack = undo.move()
    const fingerprint = certificates?.authority?.fingerprint ?? null
    const whenListening = () => {
      storage.lookThrough()
      tunePasswordCost({ database, log, file: `${env.dataDir}/password-cost` }).catch((err: unknown) =>
        log.warn({ err }, 'the cost of passwords could not be adapted to this machine'),
      )
    }
    return { app, services, database, whenListening, setupToken: token, fingerprint, dispose: () => stack.disposeAsync() }
  } catch (error) {
    await undo.disposeAsync()
    throw error
  }
}

async function certificatesOf({ dataDir, tls }: Env, clock: Clock, log: Log): Promise<CertificateSource | null> {
  if (tls.mode === 'own') return new OwnCertificate(tls, log)
  if (tls.mode === 'local') return LocalAuthority.open({ folder: `${dataDir}/tls`, clock, log })
  return null
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
