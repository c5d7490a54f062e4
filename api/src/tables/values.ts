import type { DatabaseProvider } from '../platform/db.ts'
import type { Shown } from './allow-list.ts'
import { FilterValueInvalid } from './errors.ts'
import type { Cell } from './model.ts'

/** As a statement takes it. */
export type Parameter = string | bigint | Date | boolean | number

const longestText = 256
/** Years that both databases can write. */
const latest = Date.UTC(9999, 11, 31)

/** A text that can be looked for. Throws FILTER_VALUE_INVALID. */
export function requireText(text: string, field = 'filters'): string {
  if (text === '' || text.length > longestText || text.includes('\u0000') || !text.isWellFormed())
    throw new FilterValueInvalid(`1 to ${longestText} characters.`, field)
  return text
}

/** The value of a filter, in the form that its column shows. Throws FILTER_VALUE_INVALID. */
export function parseValue(column: Shown, text: string): Parameter {
  const { kind } = column
  if (kind === 'number') {
    if (!/^-?\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text)))
      throw new FilterValueInvalid('A whole number, from -9007199254740991 to 9007199254740991.')
    return BigInt(text)
  }
  if (kind === 'decimal') {
    if (!/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) throw new FilterValueInvalid('A number, such as 12.5.')
    return Number(text)
  }
  if (kind === 'time') {
    const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    const time = zoned ? new Date(text) : null
    if (!time || !isTime(time.getTime())) throw new FilterValueInvalid('A time is ISO 8601 with zone, such as 2026-11-20T20:15:00Z.')
    return time
  }
  if (kind === 'choice' && !column.choices.includes(text)) throw new FilterValueInvalid(`One of ${column.choices.join(', ')}.`)
  return requireText(text)
}

/** A value of the database, as it is shown: numbers that JSON cannot hold exactly as texts, times as ISO 8601. */
export function toCell({ kind }: Shown, value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (kind === 'flag') return Boolean(value)
  if (kind === 'time') return timeOf(value).toISOString()
  if (kind === 'decimal') return Number(value)
  if (kind === 'number') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (kind === 'json') return inOrder(typeof value === 'string' ? JSON.parse(value) : value)
  return String(value)
}

/** As a cursor holds it. */
export function toPosition({ kind }: Shown, value: unknown): string | number | boolean {
  if (kind === 'flag') return Boolean(value)
  if (kind === 'time') return timeOf(value).getTime()
  if (kind === 'decimal') return Number(value)
  return String(value)
}

/** A value of the database, as a statement takes it back. */
export function toParameter(column: Shown, value: unknown, provider: DatabaseProvider): Parameter {
  const { kind } = column
  if (kind === 'flag') return provider === 'sqlite' ? Number(value) : Boolean(value)
  if (kind === 'time') return timeOf(value)
  if (kind === 'decimal') return Number(value)
  return kind === 'number' ? BigInt(String(value)) : String(value)
}

/** What a cursor holds, as a statement takes it; null when it is not of the column's kind. */
export function fromPosition({ choices, kind }: Shown, value: unknown, provider: DatabaseProvider): Parameter | null {
  if (kind === 'flag') {
    if (typeof value !== 'boolean') return null
    return provider === 'sqlite' ? Number(value) : value
  }
  if (kind === 'decimal') return typeof value === 'number' ? value : null
  if (kind === 'time') return typeof value === 'number' && isTime(value) ? new Date(value) : null
  if (typeof value !== 'string' || value.includes('\u0000') || !value.isWellFormed()) return null
  if (kind === 'number') return /^-?\d{1,18}$/.test(value) ? BigInt(value) : null
  return kind === 'choice' && !choices.includes(value) ? null : value
}

function isTime(milliseconds: number): boolean {
  return Number.isSafeInteger(milliseconds) && milliseconds >= 0 && milliseconds <= latest
}

function timeOf(value: unknown): Date {
  return value instanceof Date ? value : new Date(String(value))
}

/** PostgreSQL puts the names of an object into an order of its own. */
function inOrder(value: unknown): Cell {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value as Cell
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, inOrder(each)]),
  )
}
