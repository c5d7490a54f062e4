import { z } from 'zod'
import type { Actor } from '../auth/model.ts'
import { isScope, type Scope } from '../auth/scopes.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import { JobActorGone } from './errors.ts'

const origin = z.object({
  address: z.string(),
  client: z.string().nullable(),
  requestId: z.string(),
  sessionId: z.string(),
  scopes: z.array(z.string()).nullable(),
})

/** What a row keeps of who asked: enough to act in their name later, and for the audit log. */
export function originColumns(actor: Actor): { actorId: string | null; actorName: string; origin: z.infer<typeof origin> } {
  if (actor.kind === 'user') {
    const { address, client, requestId, sessionId, scopes } = actor
    return {
      actorId: actor.userId,
      actorName: actor.username,
      origin: { address, client, requestId, sessionId, scopes: scopes && [...scopes] },
    }
  }
  const own = { address: 'localhost', client: null, requestId: '', sessionId: '', scopes: null }
  return { actorId: null, actorName: actor.kind === 'system' ? 'system' : 'anonymous', origin: own }
}

/**
 * Who a job acts for, as they are now: a role that was taken away is gone from running work as well, and a key's job does no more than the key
 * could. Nobody has confirmed anything here. Throws JOB_ACTOR_GONE.
 */
export async function actorOf(
  database: DatabaseTransaction,
  row: { actorId: string | null; origin: unknown; kind: string },
  now: Date,
): Promise<Actor> {
  if (row.actorId === null) return { kind: 'system', reason: `job ${row.kind}` }
  const user = await database.user.findUnique({ where: { id: row.actorId } })
  if (!user || user.disabledAt || user.deletion !== null) throw new JobActorGone()
  const { scopes, ...rest } = origin.parse(row.origin)
  if (scopes !== null) {
    const key = await database.apiKey.findUnique({ where: { id: rest.sessionId }, select: { expiresAt: true } })
    if (!key || (key.expiresAt && key.expiresAt <= now)) throw new JobActorGone()
  }
  return {
    kind: 'user',
    ...rest,
    userId: user.id,
    username: user.username,
    role: user.role,
    expiresAt: new Date(8.64e15),
    scopes: scopes && new Set(scopes.filter(isScope) as Scope[]),
    confirmedAt: null,
    mustEnrol: false,
  }
}
