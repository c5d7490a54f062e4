import type { AuditService } from '../audit/service.ts'
import type { Actor, Origin, Role } from '../auth/model.ts'
import type { Sessions, StartedSession } from '../auth/sessions.ts'
import { createToken, hashToken } from '../auth/token.ts'
import { GroupNotFound } from '../groups/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { takeTurn } from '../users/account-lock.ts'
import { UsernameTaken } from '../users/errors.ts'
import { requireEmail, requireUsername, type User, usernameKey } from '../users/model.ts'
import { isActiveAdmin, requireGrant, requireMakeAdmin, requireManagePeople, requireReadPeople, requireSomebody } from '../users/policy.ts'
import type { UserDraft, UsersService } from '../users/service.ts'
import { InvitationExpired, InvitationNotFound, InvitationRevoked, InvitationUsed } from './errors.ts'
import { type Invitation, type InvitationOffer, invitationColumns, invitationPath, longestHours, stateOf } from './model.ts'

export interface InvitationsServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly users: UsersService
  readonly sessions: Sessions
}

export interface NewInvitation {
  readonly username: string | null
  readonly email: string | null
  readonly role: Role
  readonly quotaBytes: number | null
  readonly groupIds: readonly string[]
  readonly expiresInHours: number
}

/** What exists only in this answer: the path with the token. */
export interface IssuedInvitation {
  readonly invitation: Invitation
  readonly path: string
}

const mostGroups = 50

/** One-time links with which people make their own accounts. */
export class InvitationsService {
  readonly #deps: InvitationsServiceDeps

  constructor(deps: InvitationsServiceDeps) {
    this.#deps = deps
  }

  /** Newest first, `limit` after the id `after`. Administrators only. */
  async list(actor: Actor, page: { after: string | null; limit: number }): Promise<{ invitations: Invitation[]; totalCount: number }> {
    requireReadPeople(actor)
    if (page.after !== null && !isId(page.after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
    const { database } = this.#deps
    const rows = await database.invitation.findMany({
      select: invitationColumns,
      orderBy: { id: 'desc' },
      take: page.limit,
      ...(page.after === null ? {} : { where: { id: { lt: page.after } } }),
    })
    return { invitations: rows.map(toInvitation), totalCount: await database.invitation.count() }
  }

  /** Makes a link. For an administrator confirmed just now. Errors: INVALID_INPUT, USERNAME_TAKEN, GROUP_NOT_FOUND, CONFIRMATION_REQUIRED, FORBIDDEN. */
  async invite(actor: Actor, input: NewInvitation): Promise<IssuedInvitation> {
    const { audit, clock, database } = this.#deps
    return this.#orRefused(actor, 'invitations.create', input.username ?? input.email, async () => {
      requireGrant(actor, input.role)
      if (input.role === 'ADMIN') requireMakeAdmin(actor, clock.now())
      const username = input.username?.trim() || null
      const email = input.email?.trim() || null
      if (username) requireUsername(username)
      if (email) requireEmail(email)
      const { expiresInHours } = input
      if (expiresInHours < 1 || expiresInHours > longestHours)
        throw new InvalidInput(`A link is open for 1 to ${longestHours} hours.`, 'expiresInHours')
      const groupIds = [...new Set(input.groupIds)]
      if (groupIds.length > mostGroups) throw new InvalidInput(`At most ${mostGroups} groups.`, 'groupIds')
      const token = createToken()
      const createdAt = clock.now()
      const { userId, name } = inviter(actor)
      const invitation = await database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        if (username && (await transaction.user.findUnique({ where: { usernameKey: usernameKey(username) }, select: { id: true } })))
          throw new UsernameTaken(username)
        const known = groupIds.every(isId) ? await transaction.group.count({ where: { id: { in: groupIds } } }) : -1
        if (known !== groupIds.length) throw new GroupNotFound('groupIds')
        const data = {
          id: createId(createdAt.getTime()),
          tokenHash: hashToken(token),
          username,
          email,
          role: input.role,
          quotaBytes: input.quotaBytes === null ? null : BigInt(input.quotaBytes),
          groupIds,
          createdAt,
          createdById: userId,
          createdByName: name,
          expiresAt: new Date(createdAt.getTime() + expiresInHours * 3_600_000),
        }
        const row = await transaction.invitation.create({ data, select: invitationColumns })
        const details = { invitationId: row.id, role: row.role, username, email, groups: groupIds.length, expiresInHours }
        await audit.record(actor, { action: 'invitations.create', target: username ?? email, result: 'ok', details }, transaction)
        return toInvitation(row)
      })
      return { invitation, path: invitationPath(token) }
    })
  }

  /** Takes a link back. Errors: INVITATION_NOT_FOUND, INVITATION_USED, FORBIDDEN. Twice is no error. */
  async revoke(actor: Actor, id: string): Promise<Invitation> {
    const { audit, clock, database } = this.#deps
    return this.#orRefused(actor, 'invitations.revoke', id, async () => {
      requireManagePeople(actor)
      return database.$transaction(async (transaction) => {
        const open = { id, usedAt: null, revokedAt: null }
        const { count } = isId(id)
          ? await transaction.invitation.updateMany({ where: open, data: { revokedAt: clock.now() } })
          : { count: 0 }
        const row = isId(id) ? await transaction.invitation.findUnique({ where: { id }, select: invitationColumns }) : null
        if (!row) throw new InvitationNotFound('id')
        if (row.usedAt) throw new InvitationUsed('id')
        const details = { invitationId: id }
        const target = row.username ?? row.email
        if (count > 0) await audit.record(actor, { action: 'invitations.revoke', target, result: 'ok', details }, transaction)
        return toInvitation(row)
      })
    })
  }

  /** What the holder of a link may know. Errors: INVITATION_NOT_FOUND, INVITATION_EXPIRED, INVITATION_USED, INVITATION_REVOKED. */
  async offer(token: string): Promise<InvitationOffer> {
    const { username, createdByName, expiresAt } = await this.#requireOpen(token)
    return { username, invitedBy: createdByName, expiresAt }
  }

  /**
   * Makes the account of whoever holds the link, and signs in. Of several at once with one link, one wins.
   * Errors: as of `offer`, and USERNAME_TAKEN, HOME_NAME_TAKEN, WEAK_PASSWORD, INVALID_INPUT.
   */
  async accept(actor: Actor, input: { token: string; username: string; password: string }): Promise<StartedSession> {
    const { audit, database, sessions, users } = this.#deps
    // Before the password is hashed: strangers without a link cost nothing.
    const invitation = await this.#requireOpen(input.token)
    const { email, role, quotaBytes } = invitation
    try {
      const draft = await users.prepare({ username: input.username, password: input.password, email, role })
      const user = await database.$transaction((transaction) => this.#take(actor, invitation, withQuota(draft, quotaBytes), transaction))
      await users.createHome(user).catch(async (error: unknown) => {
        // Without its home the account has not been made: the link can be taken up once the storage is there.
        await database.$transaction([
          database.user.delete({ where: { id: user.id } }),
          database.invitation.update({ where: { id: invitation.id }, data: { usedAt: null, usedById: null } }),
        ])
        throw error
      })
      if (actor.kind === 'user' && !actor.scopes) await sessions.end(actor.sessionId)
      return await sessions.start(user, originOf(actor), 'INVITATION')
    } catch (error) {
      if (error instanceof Problem) {
        const details = { invitationId: invitation.id }
        await audit.record(actor, { action: 'invitations.accept', target: input.username.slice(0, 64), result: error.code, details })
      }
      throw error
    }
  }

  async #take(actor: Actor, invitation: Invitation, draft: UserDraft, transaction: DatabaseTransaction): Promise<User> {
    const { audit, clock, users } = this.#deps
    const now = clock.now()
    // Its groups and its maker are what they are until this is done.
    await takeTurn({ kind: 'system', reason: 'invitation' }, transaction)
    const { count } = await transaction.invitation.updateMany({
      where: { id: invitation.id, usedAt: null, revokedAt: null, expiresAt: { gt: now } },
      data: { usedAt: now, usedById: draft.row.id },
    })
    if (count === 0) throw problemOf(await transaction.invitation.findUnique({ where: { id: invitation.id } }), now)
    await requireMaker(invitation.createdById, transaction)
    const user = await users.insert(draft, transaction)
    const groups = await transaction.group.findMany({ where: { id: { in: [...invitation.groupIds] } }, select: { id: true } })
    for (const { id } of groups) await transaction.groupMember.create({ data: { groupId: id, userId: user.id, addedAt: now } })
    const details = { invitationId: invitation.id, invitedBy: invitation.createdByName, role: user.role, groups: groups.length }
    await audit.record(actor, { action: 'invitations.accept', target: user.username, result: 'ok', details }, transaction)
    return user
  }

  async #requireOpen(token: string): Promise<Invitation> {
    const { clock, database } = this.#deps
    const now = clock.now()
    const row = await database.invitation.findUnique({ where: { tokenHash: hashToken(token) }, select: invitationColumns })
    if (!row || stateOf(row, now) !== 'OPEN') throw problemOf(row, now)
    await requireMaker(row.createdById, database)
    return toInvitation(row)
  }

  async #orRefused<T>(actor: Actor, action: string, target: string | null, run: () => Promise<T>): Promise<T> {
    requireSomebody(actor)
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem)
        await this.#deps.audit.record(actor, { action, target: target?.slice(0, 64) ?? null, result: error.code })
      throw error
    }
  }
}

/** Stands for whoever has a shell on the machine. */
const systemMaker = 'system'

/** A link gives what its maker may give: it ends with the right to. */
async function requireMaker(userId: string, transaction: DatabaseTransaction): Promise<void> {
  if (userId === systemMaker) return
  const maker = await transaction.user.findUnique({ where: { id: userId }, select: { role: true, disabledAt: true } })
  if (!maker || !isActiveAdmin(maker)) throw new InvitationRevoked()
}

function inviter(actor: Actor): { userId: string; name: string } {
  return actor.kind === 'user' ? { userId: actor.userId, name: actor.username } : { userId: systemMaker, name: systemMaker }
}

function withQuota(draft: UserDraft, quotaBytes: bigint | null): UserDraft {
  return { row: { ...draft.row, quotaBytes } }
}

function problemOf(row: Pick<Invitation, 'usedAt' | 'revokedAt' | 'expiresAt'> | null, now: Date): Problem {
  if (!row) return new InvitationNotFound()
  const state = stateOf(row, now)
  if (state === 'USED') return new InvitationUsed()
  return state === 'REVOKED' ? new InvitationRevoked() : new InvitationExpired()
}

function toInvitation(row: Omit<Invitation, 'groupIds'> & { readonly groupIds: unknown }): Invitation {
  return { ...row, groupIds: Array.isArray(row.groupIds) ? row.groupIds.filter((id) => typeof id === 'string') : [] }
}

function originOf(actor: Actor): Origin {
  return actor.kind === 'system' ? { address: 'localhost', client: null, requestId: '' } : actor
}

function isId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id)
}
