import type { AuditService } from '../audit/service.ts'
import type { Database } from '../platform/db.ts'
import type { Problem } from '../platform/errors.ts'
import { PasskeyRefused } from './factor-errors.ts'
import type { Actor } from './model.ts'

/**
 * Writes down that a code or a passkey was refused, with the reason that whoever tried it is not told. A passkey that may have
 * been copied is an entry of its own, never one of a number: a transaction keeps it from being counted together with others.
 */
export async function recordRefusal(
  { audit, database }: { readonly audit: AuditService; readonly database: Database },
  actor: Actor,
  { action, target, problem }: { readonly action: string; readonly target: string | null; readonly problem: Problem },
): Promise<void> {
  const record = { action, target, result: problem.code }
  if (!(problem instanceof PasskeyRefused)) return audit.record(actor, record)
  const { copiedFrom, reason } = problem
  const full = { ...record, target: target ?? copiedFrom, details: { reason } }
  if (copiedFrom === null) await audit.record(actor, full)
  else await database.$transaction((transaction) => audit.record(actor, full, transaction))
}
