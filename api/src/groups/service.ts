import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { takeTurn } from '../users/account-lock.ts'
import { UserNotFound } from '../users/errors.ts'
import { mayReadPeople, maySeeAllOf, requireManagePeople, requireReadPeople, requireSomebody } from '../users/policy.ts'
import { GroupNameTaken, GroupNotFound } from './errors.ts'
import { type Group, groupColumns, groupKey, parseGroupDescription, parseGroupName } from './model.ts'

export interface GroupsServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
}

export interface GroupPage {
  readonly groups: (Group & { readonly nameKey: string })[]
  readonly totalCount: number
}

/** So many people join or leave with one request. */
const mostAtOnce = 500

/** People under one name, to share with and to look for. Administrators make and fill groups. */
export class GroupsService {
  readonly #deps: GroupsServiceDeps

  constructor(deps: GroupsServiceDeps) {
    this.#deps = deps
  }

  /** Groups by name, `limit` after the key `after`. Administrators only. */
  async list(actor: Actor, page: { after: string | null; limit: number }): Promise<GroupPage> {
    requireReadPeople(actor)
    const { database } = this.#deps
    if (page.after !== null && !isStorable(page.after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
    const groups = await database.group.findMany({
      select: { ...groupColumns, nameKey: true },
      orderBy: { nameKey: 'asc' },
      take: page.limit,
      ...(page.after === null ? {} : { where: { nameKey: { gt: page.after } } }),
    })
    return { groups, totalCount: await database.group.count() }
  }

  /** Null when there is none. Administrators only. */
  async find(actor: Actor, id: string): Promise<Group | null> {
    requireReadPeople(actor)
    return isId(id) ? this.#deps.database.group.findUnique({ where: { id }, select: groupColumns }) : null
  }

  /** The groups of each account by name, in the order asked; null where they are not the actor's to know. */
  async ofUsers(actor: Actor, userIds: readonly string[]): Promise<(Group[] | null)[]> {
    const seen = userIds.filter((id) => maySeeAllOf(actor, id))
    const rows = await this.#deps.database.groupMember.findMany({
      where: { userId: { in: seen } },
      select: { userId: true, group: { select: groupColumns } },
      orderBy: { group: { nameKey: 'asc' } },
    })
    const groups = Map.groupBy(rows, ({ userId }) => userId)
    const shown = new Set(seen)
    return userIds.map((id) => (shown.has(id) ? (groups.get(id) ?? []).map(({ group }) => group) : null))
  }

  /** How many people are in each group, in the order asked; null where it is not the actor's to know. */
  async memberCounts(actor: Actor, ids: readonly string[]): Promise<(number | null)[]> {
    if (!mayReadPeople(actor)) return ids.map(() => null)
    const rows = await this.#deps.database.groupMember.groupBy({ by: ['groupId'], where: { groupId: { in: [...ids] } }, _count: true })
    const counts = new Map(rows.map((row) => [row.groupId, row._count]))
    return ids.map((id) => counts.get(id) ?? 0)
  }

  /** Errors: GROUP_NAME_TAKEN, INVALID_INPUT, FORBIDDEN. */
  async create(actor: Actor, input: { name: string; description: string | null }): Promise<Group> {
    const { clock } = this.#deps
    return this.#audited(actor, 'groups.create', input.name, async (record) => {
      const name = parseGroupName(input.name)
      const description = parseGroupDescription(input.description)
      const createdAt = clock.now()
      const data = { id: createId(createdAt.getTime()), name, nameKey: groupKey(name), description, createdAt }
      return this.#inTurn(actor, async (transaction) => {
        const group = await onlyName(name, () => transaction.group.create({ data, select: groupColumns }))
        await record(transaction, { target: name, after: { name, description } })
        return group
      })
    })
  }

  /** Another name or description; what is not given stays. Errors: GROUP_NOT_FOUND, GROUP_NAME_TAKEN, INVALID_INPUT, FORBIDDEN. */
  async update(actor: Actor, input: { id: string; name?: string; description?: string | null }): Promise<Group> {
    return this.#audited(actor, 'groups.update', input.id, async (record) => {
      const name = input.name === undefined ? undefined : parseGroupName(input.name)
      const description = input.description === undefined ? undefined : parseGroupDescription(input.description)
      return this.#inTurn(actor, async (transaction) => {
        const present = await requireGroup(transaction, input.id)
        const before: Record<string, string | null> = {}
        const after: Record<string, string | null> = {}
        if (name !== undefined && name !== present.name) [before['name'], after['name']] = [present.name, name]
        if (description !== undefined && description !== present.description)
          [before['description'], after['description']] = [present.description, description]
        if (Object.keys(after).length === 0) return present
        const data = {
          ...(name === undefined ? {} : { name, nameKey: groupKey(name) }),
          ...(description === undefined ? {} : { description }),
        }
        const group = await onlyName(name ?? present.name, () =>
          transaction.group.update({ where: { id: present.id }, data, select: groupColumns }),
        )
        await record(transaction, { target: present.name, before, after })
        return group
      })
    })
  }

  /** Its members stay what they are. Errors: GROUP_NOT_FOUND, FORBIDDEN. */
  async delete(actor: Actor, id: string): Promise<Group> {
    return this.#audited(actor, 'groups.delete', id, async (record) =>
      this.#inTurn(actor, async (transaction) => {
        const group = await requireGroup(transaction, id)
        const members = await transaction.groupMember.count({ where: { groupId: id } })
        await transaction.group.delete({ where: { id } })
        await record(transaction, { target: group.name, details: { members } })
        return group
      }),
    )
  }

  /** Who is in it already stays. Errors: GROUP_NOT_FOUND, USER_NOT_FOUND, INVALID_INPUT, FORBIDDEN. */
  async addMembers(actor: Actor, input: { groupId: string; userIds: readonly string[] }): Promise<Group> {
    return this.#audited(actor, 'groups.addMembers', input.groupId, async (record) => {
      const userIds = requireIds(input.userIds)
      return this.#inTurn(actor, async (transaction) => {
        const group = await requireGroup(transaction, input.groupId, 'groupId')
        const users = await transaction.user.findMany({ where: { id: { in: userIds } }, select: { id: true, username: true } })
        if (users.length < userIds.length) throw new UserNotFound('userIds')
        const addedAt = this.#deps.clock.now()
        for (const { id } of users)
          await transaction.$executeRaw`INSERT INTO "GroupMember" ("groupId", "userId", "addedAt") VALUES (${group.id}, ${id}, ${addedAt}) ON CONFLICT DO NOTHING`
        await record(transaction, { target: group.name, details: { added: users.map(({ username }) => username) } })
        return group
      })
    })
  }

  /** Who is not in it is no error. Errors: GROUP_NOT_FOUND, INVALID_INPUT, FORBIDDEN. */
  async removeMembers(actor: Actor, input: { groupId: string; userIds: readonly string[] }): Promise<Group> {
    return this.#audited(actor, 'groups.removeMembers', input.groupId, async (record) => {
      const userIds = requireIds(input.userIds)
      return this.#inTurn(actor, async (transaction) => {
        const group = await requireGroup(transaction, input.groupId, 'groupId')
        const users = await transaction.user.findMany({ where: { id: { in: userIds } }, select: { username: true } })
        await transaction.groupMember.deleteMany({ where: { groupId: group.id, userId: { in: userIds } } })
        await record(transaction, { target: group.name, details: { removed: users.map(({ username }) => username) } })
        return group
      })
    })
  }

  /** One change after the other: a group or a person cannot go while somebody is added. */
  #inTurn<T>(actor: Actor, run: (transaction: DatabaseTransaction) => Promise<T>): Promise<T> {
    return this.#deps.database.$transaction(async (transaction) => {
      await takeTurn(actor, transaction)
      return run(transaction)
    })
  }

  /** Decides, runs, and writes down what came of it: what was done with the change itself, a refusal by itself. */
  async #audited<T>(
    actor: Actor,
    action: string,
    target: string,
    run: (
      record: (transaction: DatabaseTransaction, rest: Omit<Parameters<AuditService['record']>[1], 'action' | 'result'>) => Promise<void>,
    ) => Promise<T>,
  ): Promise<T> {
    const { audit } = this.#deps
    requireSomebody(actor)
    try {
      requireManagePeople(actor)
      return await run((transaction, rest) => audit.record(actor, { action, result: 'ok', ...rest }, transaction))
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action, target: target.slice(0, 64), result: error.code })
      throw error
    }
  }
}

async function requireGroup(transaction: DatabaseTransaction, id: string, field = 'id'): Promise<Group> {
  const found = isId(id) ? await transaction.group.findUnique({ where: { id }, select: groupColumns }) : null
  if (!found) throw new GroupNotFound(field)
  return found
}

async function onlyName<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'P2002') throw new GroupNameTaken(name)
    // Deleted by somebody else a moment ago.
    if (error instanceof Error && 'code' in error && error.code === 'P2025') throw new GroupNotFound()
    throw error
  }
}

function requireIds(userIds: readonly string[]): string[] {
  const ids = [...new Set(userIds)]
  if (ids.length > mostAtOnce) throw new InvalidInput(`At most ${mostAtOnce} people at a time.`, 'userIds')
  if (!ids.every(isId)) throw new UserNotFound('userIds')
  return ids
}

function isId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id)
}

function isStorable(text: string): boolean {
  return text.length <= 256 && text.isWellFormed() && !text.includes('\u0000')
}
