import { join, raw, type Sql, sqltag } from '@prisma/client/runtime/client'
import type { Role } from '../auth/model.ts'
import type { Database } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import { emailKey, type User, userColumns, usernameKey } from './model.ts'

export type UserOrderField = 'USERNAME' | 'CREATED_AT' | 'LAST_SIGN_IN_AT' | 'ROLE'

export interface UserOrder {
  readonly field: UserOrderField
  readonly direction: 'ASC' | 'DESC'
}

export interface UserFilter {
  /** Part of a name or an e-mail address; letters case does not count. */
  readonly search?: string | null | undefined
  readonly role?: Role | null | undefined
  readonly disabled?: boolean | null | undefined
  readonly groupId?: string | null | undefined
}

export interface UserPageRequest {
  readonly after: string | null
  readonly limit: number
  readonly filter?: UserFilter
  readonly order?: UserOrder
}

export interface UserPage {
  readonly users: User[]
  readonly totalCount: number
}

export const byUsername: UserOrder = { field: 'USERNAME', direction: 'ASC' }

const longestSearch = 254
/** A search that finds no more than this is narrowed to what it found. */
const mostNarrowed = 500
const columns: Record<UserOrderField, readonly [string, string | null]> = {
  USERNAME: ['usernameKey', null],
  CREATED_AT: ['createdAt', 'id'],
  LAST_SIGN_IN_AT: ['lastSignInAt', 'id'],
  ROLE: ['role', 'usernameKey'],
}

type Value = string | Date | null

/**
 * A page of accounts and how many there are in all. Which rows they are is asked in SQL that both databases understand:
 * Prisma neither escapes wildcards in a search nor compares pairs of columns, which is what lets an index start in the
 * middle. Throws INVALID_INPUT for a cursor of another listing.
 */
export async function readUsers(database: Database, { after, limit, filter = {}, order = byUsername }: UserPageRequest): Promise<UserPage> {
  const where = [...(await searched(database, filter.search)), ...conditions(filter)]
  const cursor = after === null ? null : parseCursor(after, order)
  const ids: string[] = []
  for (const section of sections(order)) {
    const take = limit - ids.length
    const position = cursor && positionIn(section, cursor)
    if (take === 0 || position === 'behind') continue
    const all = [...where, ...section.where, ...(position ? [position] : [])]
    const rows = await database.$queryRaw<{ id: string }[]>(
      sqltag`SELECT "id" FROM "User" ${whereAll(all)} ORDER BY ${raw(section.orderBy)} LIMIT ${take}`,
    )
    ids.push(...rows.map(({ id }) => id))
  }
  const [count] = await database.$queryRaw<{ count: bigint | number }[]>(sqltag`SELECT COUNT(*) AS "count" FROM "User" ${whereAll(where)}`)
  const rows = await database.user.findMany({ where: { id: { in: ids } }, select: userColumns })
  const byId = new Map(rows.map((row) => [row.id, row]))
  // Who was deleted between the two questions is simply not there.
  return { users: ids.flatMap((id) => byId.get(id) ?? []), totalCount: Number(count?.count ?? 0) }
}

interface Section {
  readonly where: readonly Sql[]
  readonly orderBy: string
  readonly columns: readonly [string, string | null]
  readonly ascending: boolean
  /** Whether it holds those without a value; null where all have one. */
  readonly isEmpty: boolean | null
  readonly isFirst: boolean
}

/** Never signed in is before every sign-in; the databases do not agree on it, and an index serves each part. */
function sections(order: UserOrder): Section[] {
  const ascending = order.direction === 'ASC'
  const way = ascending ? 'ASC' : 'DESC'
  const [first, second] = columns[order.field]
  const orderBy = [first, second].flatMap((column) => (column ? [`"${column}" ${way}`] : [])).join(', ')
  if (order.field !== 'LAST_SIGN_IN_AT') return [{ where: [], orderBy, columns: [first, second], ascending, isEmpty: null, isFirst: true }]
  const filled = { where: [sqltag`"lastSignInAt" IS NOT NULL`], orderBy, columns: [first, second] as const, ascending, isEmpty: false }
  const empty = {
    where: [sqltag`"lastSignInAt" IS NULL`],
    orderBy: `"id" ${way}`,
    columns: ['id', null] as const,
    ascending,
    isEmpty: true,
  }
  return ascending
    ? [
        { ...empty, isFirst: true },
        { ...filled, isFirst: false },
      ]
    : [
        { ...filled, isFirst: true },
        { ...empty, isFirst: false },
      ]
}

/** The condition for what follows the cursor in this section; null for all of it, `behind` when the cursor is past it. */
function positionIn(section: Section, [value, key]: readonly [Value, string]): Sql | 'behind' | null {
  if (section.isEmpty !== null && section.isEmpty !== (value === null)) return section.isFirst ? 'behind' : null
  const [first, second] = section.columns
  const than = raw(section.ascending ? '>' : '<')
  if (second === null) return sqltag`${raw(`"${first}"`)} ${than} ${key}`
  // The role as a literal, checked before: PostgreSQL has a type of its own for it and takes no text parameter.
  const given = first === 'role' ? raw(`'${String(value)}'`) : sqltag`${value}`
  return sqltag`(${raw(`"${first}"`)}, ${raw(`"${second}"`)}) ${than} (${given}, ${key})`
}

/**
 * The condition for a search. One that finds few reads the table once, and what it found stands in its place: counting
 * and ordering would otherwise read all of it again, in the order of an index and so row by row.
 */
async function searched(database: Database, search: string | null | undefined): Promise<Sql[]> {
  const term = search?.trim() ?? ''
  if (term === '') return []
  if (term.length > longestSearch || !term.isWellFormed() || term.includes('\u0000'))
    throw new InvalidInput('Nobody has such a name or address.', 'search')
  const [name, address] = [pattern(usernameKey(term)), pattern(emailKey(term) ?? '')]
  const matches = sqltag`("usernameKey" LIKE ${name} ESCAPE '\\' OR "emailKey" LIKE ${address} ESCAPE '\\')`
  const found = await database.$queryRaw<{ id: string }[]>(sqltag`SELECT "id" FROM "User" WHERE ${matches} LIMIT ${mostNarrowed + 1}`)
  if (found.length > mostNarrowed) return [matches]
  return [found.length === 0 ? sqltag`1 = 0` : sqltag`"id" IN (${join(found.map(({ id }) => id))})`]
}

function conditions({ role, disabled, groupId }: UserFilter): Sql[] {
  const all: Sql[] = []
  if (role) all.push(sqltag`"role" = ${raw(`'${requireRole(role)}'`)}`)
  if (disabled !== undefined && disabled !== null) all.push(disabled ? sqltag`"disabledAt" IS NOT NULL` : sqltag`"disabledAt" IS NULL`)
  if (groupId) {
    if (groupId.includes('\u0000') || !groupId.isWellFormed()) throw new InvalidInput('This is not the id of a group.', 'groupId')
    all.push(sqltag`EXISTS (SELECT 1 FROM "GroupMember" WHERE "groupId" = ${groupId} AND "userId" = "User"."id")`)
  }
  return all
}

/** What is looked for means itself: LIKE's own signs are escaped. */
function pattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

function whereAll(all: readonly Sql[]): Sql {
  return all.length === 0 ? sqltag`` : sqltag`WHERE ${join([...all], ' AND ')}`
}

/** Where an account stands in a listing, opaque for clients. */
export function userCursor(user: User, { field, direction }: UserOrder): string {
  const key = usernameKey(user.username)
  const value = {
    USERNAME: [null, key],
    ROLE: [user.role, key],
    CREATED_AT: [user.createdAt.getTime(), user.id],
    LAST_SIGN_IN_AT: [user.lastSignInAt?.getTime() ?? null, user.id],
  }[field]
  return Buffer.from(JSON.stringify([field, direction, ...value])).toString('base64url')
}

function parseCursor(text: string, order: UserOrder): readonly [Value, string] {
  const refuse = () => new InvalidInput('This is not a cursor of this list.', 'after')
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw refuse()
  }
  if (!Array.isArray(parts) || parts.length !== 4) throw refuse()
  const [field, direction, value, key] = parts as unknown[]
  if (field !== order.field || direction !== order.direction) throw refuse()
  if (typeof key !== 'string' || key.length > 64 || key.includes('\u0000') || !key.isWellFormed()) throw refuse()
  if (field === 'USERNAME') return [null, key]
  if (field === 'ROLE') return [requireRole(value, refuse), key]
  if (value === null && field === 'LAST_SIGN_IN_AT') return [null, key]
  // Years that both databases can write.
  if (!Number.isSafeInteger(value) || (value as number) < 0 || (value as number) > 253_402_300_799_999) throw refuse()
  return [new Date(value as number), key]
}

function requireRole(value: unknown, refuse = () => new InvalidInput('There is no such role.', 'role')): Role {
  if (value !== 'ADMIN' && value !== 'USER' && value !== 'VIEWER') throw refuse()
  return value
}
