import type { Actor } from '../auth/model.ts'
import type { Revocations } from '../auth/revocations.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Clock } from '../platform/clock.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import { Forbidden, Unauthenticated } from '../platform/errors.ts'
import { LastAdmin } from './errors.ts'
import { isActiveAdmin } from './policy.ts'

/**
 * Lets changes of rights happen one after the other, on either database: the one row of Setup is written, and whoever
 * comes second waits for the first. Then looks again whether the actor may: what was true when the request came may not
 * be any more, and a session or a key that has ended carries nothing. Call it first in a transaction. Errors: UNAUTHENTICATED, FORBIDDEN.
 */
export async function takeTurn(actor: Actor, transaction: DatabaseTransaction): Promise<void> {
  await transaction.$executeRaw`UPDATE "Setup" SET "completedAt" = "completedAt" WHERE "id" = 1`
  if (actor.kind !== 'user') return
  const now = await transaction.user.findUnique({ where: { id: actor.userId }, select: { role: true, disabledAt: true } })
  if (!now || now.disabledAt || now.role !== actor.role) throw new Forbidden('Your account was changed meanwhile.')
  const where = { id: actor.sessionId, userId: actor.userId }
  const carriers = actor.scopes ? await transaction.apiKey.count({ where }) : await transaction.session.count({ where })
  if (carriers === 0) throw new Unauthenticated(actor.scopes ? 'This API key was revoked.' : 'This session has ended.')
}

/** Throws LAST_ADMIN unless somebody else can still administer this server. Needs the turn. */
export async function requireAnotherAdmin(userId: string, transaction: DatabaseTransaction): Promise<void> {
  const user = await transaction.user.findUnique({ where: { id: userId }, select: { role: true, disabledAt: true } })
  if (!user || !isActiveAdmin(user)) return
  const others = await transaction.user.count({ where: { role: 'ADMIN', disabledAt: null, NOT: { id: userId } } })
  if (others === 0) throw new LastAdmin()
}

export interface EndingDeps {
  readonly sessions: Sessions
  readonly revocations: Revocations
  readonly clock: Clock
}

/**
 * Ends all sessions of an account and everything that flows in its name, also by its API keys, once the transaction
 * stands: only then can a stream that is closed not come back with what was true before.
 */
export async function endAccess(
  { revocations, sessions }: Pick<EndingDeps, 'revocations' | 'sessions'>,
  userId: string,
  transaction: DatabaseTransaction,
): Promise<void> {
  // A browser that was trusted before must show a second factor again, and a sign-in half done begins anew.
  await transaction.rememberedBrowser.deleteMany({ where: { userId } })
  await transaction.challenge.deleteMany({ where: { userId } })
  const keys = await transaction.apiKey.findMany({ where: { userId }, select: { id: true } })
  await sessions.endOfUser(userId, { transaction })
  await revocations.note(
    keys.map(({ id }) => id),
    transaction,
  )
}
