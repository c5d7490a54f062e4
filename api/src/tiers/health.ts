import type { FastifyInstance } from 'fastify'
import { auditChainHealth, auditWriterHealth } from '../audit/health.ts'
import type { AuditService } from '../audit/service.ts'
import { revocationsHealth } from '../auth/health.ts'
import type { Revocations } from '../auth/revocations.ts'
import type { Env } from '../env.ts'
import type { HealthComponent } from '../health/component.ts'
import { databaseHealth } from '../health/components/database.ts'
import { liveHealth } from '../health/components/live.ts'
import { migrationsHealth } from '../health/components/migrations.ts'
import { Masking } from '../health/masking.ts'
import { ReadinessProbe } from '../health/readiness.ts'
import { HealthRegistry } from '../health/registry.ts'
import { HealthService } from '../health/service.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { raidHealth } from '../raid/health.ts'
import type { RaidBackend } from '../raid/port.ts'
import { telemetryHealth } from '../telemetry/health.ts'
import type { TelemetryService } from '../telemetry/service.ts'
import { tlsHealth } from '../tls/health.ts'
import type { CertificateSource } from '../tls/model.ts'
import { databaseAddress } from './database-address.ts'

interface ComposeHealthDeps {
  readonly env: Env
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly audit: AuditService
}

/** The registry is there from the beginning, so that each domain can register what it is made of. */
export function composeHealth({ audit, bus, clock, env, log }: ComposeHealthDeps) {
  const registry = new HealthRegistry({ bus, clock, log, masking: new Masking(secretsOf(env)) })
  const service = new HealthService({ registry, bus, audit })
  const probe = new ReadinessProbe(registry, () => clock.monotonic())
  return { registry, service, readiness: () => probe.read() }
}

interface Parts {
  readonly env: Env
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly revocations: Revocations
  readonly telemetry: TelemetryService
  readonly raidBackend: RaidBackend
  readonly certificates: CertificateSource | null
  readonly app: FastifyInstance
  /** What domains of many parts say about themselves. */
  readonly more: readonly HealthComponent[]
}

/** In the order in which pages show them. */
export function registerComponents(registry: HealthRegistry, parts: Parts): void {
  const { app, audit, certificates, clock, database, env, more, raidBackend, revocations, telemetry } = parts
  const address = databaseAddress(env)
  const components = [
    databaseHealth({ database, address, clock }),
    migrationsHealth({ database, provider: address.provider }),
    ...more,
    telemetryHealth(telemetry),
    raidHealth(raidBackend, { simulated: env.hardware === 'simulated' }),
    auditWriterHealth(audit),
    auditChainHealth(audit, clock, clock.now()),
    tlsHealth(certificates, clock),
    revocationsHealth(revocations),
    liveHealth({ sockets: () => app.websocketServer.clients, isListening: () => app.server.listening }),
  ]
  for (const component of components) registry.register(component)
}

/** What must never be in a text that is shown: errors of drivers like to repeat what they were given. */
function secretsOf({ databaseUrl, redisUrl, setupToken }: Env): string[] {
  const passwords = [databaseUrl, redisUrl].map((url) => (url && URL.canParse(url) ? new URL(url).password : ''))
  return [...passwords, setupToken ?? ''].filter(Boolean)
}
