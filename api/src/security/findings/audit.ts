import type { AuditService } from '../../audit/service.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/db.ts'
import { about, type FindingSource, namedSubjects, plain } from '../model.ts'

const day = 24 * 3_600_000
/** The server looks once a day: if nobody has for so long, something keeps it from it. */
const checkedWithin = 7 * day
/** Each way in, and its second step. */
const signIns = ['auth.signIn', 'auth.verifyTwoFactor', 'auth.signInWithPasskey']
/** So many failed sign-ins in a day are more than forgotten passwords. */
const manyFailures = 20
/** As many entries of failures are looked at. */
const most = 10_000

/** A log that is not whole, and what it tells about who tried to get in. */
export function auditFindings({
  audit,
  database,
  clock,
  startedAt,
}: {
  audit: Pick<AuditService, 'lastCheck' | 'brokenReason'>
  database: Database
  clock: Clock
  startedAt: Date
}): FindingSource {
  return {
    name: 'audit',
    async find() {
      const now = clock.now().getTime()
      const [check, reason] = [await audit.lastCheck(), await audit.brokenReason()]
      const broken = reason !== null || (check !== null && check.faultCount > 0)
      const unchecked = now - (check?.at ?? startedAt).getTime() > checkedWithin
      const failures = await database.auditEntry.findMany({
        where: { action: { in: [...signIns] }, result: { notIn: ['ok', 'TWO_FACTOR_REQUIRED'] }, at: { gt: new Date(now - day) } },
        select: { address: true, details: true },
        orderBy: { sequence: 'desc' },
        take: most,
      })
      const byAddress = new Map<string, number>()
      for (const { address, details } of failures) {
        const times = (details as { times?: unknown } | null)?.times
        byAddress.set(address ?? '', (byAddress.get(address ?? '') ?? 0) + (typeof times === 'number' ? times : 1))
      }
      const total = [...byAddress.values()].reduce((sum, times) => sum + times, 0)
      const worst = [...byAddress].sort(([, a], [, b]) => b - a).slice(0, namedSubjects)
      const subjects = worst.map(([address, times]) => `${address || '…'} × ${times}`)
      const severity = total > manyFailures ? 'WARNING' : 'INFO'
      return [
        ...plain('AUDIT_BROKEN', 'CRITICAL', broken, { since: check?.at ?? null, subjects: reason ? [reason] : [] }),
        ...plain('AUDIT_UNCHECKED', 'WARNING', !broken && unchecked, { since: check?.at ?? startedAt }),
        ...(total > 0 ? about('FAILED_SIGN_INS', severity, subjects).map((finding) => ({ ...finding, count: total })) : []),
      ]
    },
  }
}
