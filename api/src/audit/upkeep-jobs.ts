import { z } from 'zod'
import { defineJobKind, type JobRun } from '../jobs/kind.ts'
import { AuditDamaged } from './errors.ts'
import type { AuditService } from './service.ts'
import type { AuditVerification } from './verify.ts'

export const verifyKind = 'audit_verify'
const once = { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 }
const checked = { checked: z.int(), from: z.int(), to: z.int() }

/** Removes what is older than it is to be kept, and looks whether the chain is whole. */
export function auditRetentionJob(audit: Pick<AuditService, 'upkeep'>, retentionDays: () => number) {
  return defineJobKind({
    name: 'audit_retention',
    description: 'Removes entries of the audit log that are older than they are to be kept, and checks the rest.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({ removed: z.int(), ...checked }),
    afterCrash: 'RETRY',
    retry: once,
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'audit', exclusive: true }],
    run: async (run) => {
      const { pruned, verification } = await audit.upkeep(retentionDays(), watchOf(run))
      if (pruned) await run.log('INFO', `Removed ${pruned.removed} entries, up to number ${pruned.to}.`)
      return { removed: pruned?.removed ?? 0, ...requireWhole(verification) }
    },
  })
}

/** Looks at every entry of the log. Fails with AUDIT_DAMAGED when one is not as it was written. */
export function auditVerifyJob(audit: Pick<AuditService, 'verify'>) {
  return defineJobKind({
    name: verifyKind,
    description: 'Checks that every entry of the audit log is as it was written.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject(checked),
    afterCrash: 'RETRY',
    retry: once,
    cancellable: true,
    schedulable: true,
    subject: () => null,
    locks: () => [{ name: 'audit', exclusive: true }],
    run: async (run) => requireWhole(await audit.verify(run.actor, watchOf(run))),
  })
}

function watchOf({ signal, progress }: Pick<JobRun<object, unknown>, 'signal' | 'progress'>) {
  return { signal, onProgress: (done: number, total: number) => progress({ done, total, unit: 'ITEMS' }) }
}

function requireWhole({ faults, checked, from, to }: AuditVerification) {
  if (faults.length > 0) throw new AuditDamaged(faults.length)
  return { checked, from, to }
}
