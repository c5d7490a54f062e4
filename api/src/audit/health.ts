import { degraded, failed, type HealthComponent, running } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { AuditService } from './service.ts'

/** So many entries that wait are more than a busy server has. */
const manyWaiting = 1_000
const day = 24 * 3_600_000

/** Writes down who did what. Not required: whether it works again, only the next thing that somebody does can tell. */
export function auditWriterHealth(audit: Pick<AuditService, 'writing'>): HealthComponent {
  return {
    name: 'audit-writer',
    title: 'Audit writer',
    kind: 'INTERNAL',
    dependsOn: ['database'],
    required: false,
    notRestartable: 'Nothing waits in it that could be begun anew: the next entry is tried by itself.',
    check() {
      const { failure, waiting, written } = audit.writing
      const more = { counters: { written }, details: [{ name: 'waiting', value: waiting, unit: 'COUNT' as const }] }
      if (failure) return failed('WRITE_FAILED', 'The newest entry could not be written.', { ...more, error: failure })
      if (waiting > manyWaiting) return degraded('MANY_WAITING', `${waiting} entries wait to be written.`, more)
      return running(more)
    },
  }
}

/** Whether the log is as it was written, as far as that was looked at. */
export function auditChainHealth(audit: Pick<AuditService, 'brokenReason' | 'lastCheck'>, clock: Clock, startedAt: Date): HealthComponent {
  return {
    name: 'audit-chain',
    title: 'Audit chain',
    kind: 'INTERNAL',
    dependsOn: ['database'],
    required: false,
    everyMs: 9_000,
    notRestartable: 'What was found is not undone by looking away. It is checked under Audit, and accepted on the machine.',
    async check() {
      const [broken, last] = [await audit.brokenReason(), await audit.lastCheck()]
      const details: Detail[] = last
        ? [
            { name: 'lastCheck', value: last.at },
            { name: 'checkedEntries', value: last.checked, unit: 'COUNT' },
            { name: 'faults', value: last.faultCount, unit: 'COUNT' },
          ]
        : []
      if (broken) return failed('CHAIN_BROKEN', `The log was tampered with, or its database replaced (${broken}).`, { details })
      if (last && last.faultCount > 0) return failed('CHAIN_FAULTS', `The last check found ${last.faultCount} faults.`, { details })
      // Checked once a day by itself: two days without are a check that does not run.
      if (clock.now().getTime() - (last?.at ?? startedAt).getTime() > 2 * day)
        return degraded('CHAIN_UNCHECKED', 'It was not checked for two days.', { details })
      return running({ details })
    },
  }
}
