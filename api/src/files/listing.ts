import type { Database } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { FileOrder, FileOrderField } from './model.ts'
import { type ListedRow, unlistedColumns } from './rows.ts'

export interface PageRequest {
  readonly order: FileOrder
  readonly limit: number
  /** Rows after this cursor … */
  readonly after: string | null
  /** … or after this many rows; not both. */
  readonly offset: number
  /** Only these names; null for all. */
  readonly names: readonly string[] | null
}

export interface Page {
  readonly rows: ListedRow[]
  readonly totalCount: number
}

type Column = 'sortKey' | 'size' | 'modifiedMicros' | 'extension' | 'id'
type Value = string | number | bigint

const columns: Record<FileOrderField, readonly Column[]> = {
  NAME: ['sortKey', 'id'],
  SIZE: ['size', 'id'],
  MODIFIED_AT: ['modifiedMicros', 'id'],
  TYPE: ['extension', 'sortKey', 'id'],
}

interface Section {
  readonly isFolder: boolean
  readonly order: FileOrder
}

/** Folders stand first in every order; they have no size and no type, so there they go by name. */
function sectionsOf(order: FileOrder): readonly [Section, Section] {
  const folders: FileOrder = order.field === 'SIZE' || order.field === 'TYPE' ? { field: 'NAME', direction: 'ASC' } : order
  return [
    { isFolder: true, order: folders },
    { isFolder: false, order },
  ]
}

/** One page of a folder's rows and how many there are in all. Throws INVALID_INPUT for a cursor of another listing. */
export async function readPage(database: Database, parentId: number, request: PageRequest): Promise<Page> {
  const only = request.names === null ? {} : { name: { in: [...request.names] } }
  const [folders, files] = sectionsOf(request.order)
  const counts = await database.fileEntry.groupBy({ by: ['isFolder'], where: { parentId, ...only }, _count: true })
  const countOf = (isFolder: boolean) => counts.find((count) => count.isFolder === isFolder)?._count ?? 0
  const [folderCount, fileCount] = [countOf(true), countOf(false)]
  const cursor = request.after === null ? null : parseCursor(request.after, request.order)
  const rows: ListedRow[] = []
  let skip = request.offset
  for (const [section, count] of [
    [folders, folderCount],
    [files, fileCount],
  ] as const) {
    const take = request.limit - rows.length
    if (take === 0 || (cursor?.isFolder === false && section.isFolder)) continue
    const values = cursor?.isFolder === section.isFolder ? cursor.values : null
    const where = { parentId, isFolder: section.isFolder, ...only }
    rows.push(...(await readSection(database, { where, section, values, take, skip: Math.min(skip, count), count })))
    skip = Math.max(0, skip - count)
  }
  return { rows, totalCount: folderCount + fileCount }
}

interface SectionRequest {
  readonly where: { parentId: number; isFolder: boolean; name?: { in: string[] } }
  readonly section: Section
  readonly values: readonly Value[] | null
  readonly take: number
  readonly skip: number
  readonly count: number
}

async function readSection(database: Database, { where, section, values, take, skip, count }: SectionRequest): Promise<ListedRow[]> {
  const keys = columns[section.order.field]
  const direction = section.order.direction === 'ASC' ? 'asc' : 'desc'
  const length = values === null ? Math.min(take, count - skip) : take
  if (length <= 0) return []
  // Rows that are skipped are stepped over one by one: from the end when that is nearer.
  const fromEnd = values === null && skip > count / 2
  const towards = fromEnd ? (direction === 'asc' ? 'desc' : 'asc') : direction
  const rows = await database.fileEntry.findMany({
    omit: unlistedColumns,
    where: values === null ? where : { AND: [where, ...behind(keys, values, direction)] },
    orderBy: keys.map((column) => ({ [column]: towards })),
    skip: fromEnd ? count - skip - length : skip,
    take: length,
  })
  return fromEnd ? rows.reverse() : rows
}

/** What comes after the values in this order. The first condition alone lets the index start in the right place. */
function behind(keys: readonly Column[], values: readonly Value[], direction: 'asc' | 'desc') {
  const than = direction === 'asc' ? 'gt' : 'lt'
  const alternatives = keys.map((column, depth) => ({
    ...Object.fromEntries(keys.slice(0, depth).map((equal, index) => [equal, values[index]])),
    [column]: { [than]: values[depth] },
  }))
  const [first] = keys
  return [first ? { [first]: { [`${than}e`]: values[0] } } : {}, { OR: alternatives }]
}

/** Where a row stands in a listing, opaque for clients. */
export function cursorOf(row: ListedRow, order: FileOrder): string {
  const section = sectionsOf(order)[row.isFolder ? 0 : 1]
  const values = columns[section.order.field].map((column) => String(row[column]))
  return Buffer.from(JSON.stringify([order.field, order.direction, row.isFolder ? 1 : 0, ...values])).toString('base64url')
}

function parseCursor(text: string, order: FileOrder): { isFolder: boolean; values: Value[] } {
  const refuse = () => new InvalidInput('This cursor is not of this listing.', 'after')
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw refuse()
  }
  if (!Array.isArray(parts) || !parts.every((part) => typeof part === 'string' || part === 0 || part === 1)) throw refuse()
  const [field, direction, folder, ...texts] = parts
  if (field !== order.field || direction !== order.direction) throw refuse()
  const keys = columns[sectionsOf(order)[folder === 1 ? 0 : 1].order.field]
  if (texts.length !== keys.length) throw refuse()
  const values = keys.map((column, index): Value => {
    const value = String(texts[index])
    if (column === 'sortKey' || column === 'extension') {
      // PostgreSQL has no text with these; nor has any name.
      if (value.includes('\u0000') || !value.isWellFormed()) throw refuse()
      return value
    }
    if (!/^-?\d{1,19}$/.test(value)) throw refuse()
    if (column === 'id') return Number(value) > 2_147_483_647 ? 0 : Number(value)
    return BigInt.asIntN(64, BigInt(value))
  })
  return { isFolder: folder === 1, values }
}
