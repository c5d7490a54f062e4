import { pino } from 'pino'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { createMasterKeyLine, parseMasterKeys, Secrets } from '../platform/secrets.ts'
import { AuditService, type AuditServiceDeps } from './service.ts'

/** Secrets under a master key that nothing else has. */
export function testSecrets(): Secrets {
  return new Secrets(parseMasterKeys(createMasterKeyLine(), 'a test'))
}

/** An audit log in this database. */
export function testAudit(database: Database, deps: Partial<AuditServiceDeps> = {}): AuditService {
  const log = pino({ level: 'silent' })
  return new AuditService({
    database,
    provider: 'sqlite',
    clock: systemClock,
    bus: new Bus(),
    secrets: testSecrets(),
    log,
    headFile: null,
    ...deps,
  })
}
