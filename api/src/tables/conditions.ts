import { join, raw, type Sql, sqltag as sql } from '@prisma/client/runtime/client'
import type { DatabaseProvider } from '../platform/db.ts'
import { requireColumn, type Shown, shownColumns, type TableEntry } from './allow-list.ts'
import { FilterValueInvalid, OperatorNotOffered } from './errors.ts'
import { type Filter, operatorsOf, type RowsRequest } from './model.ts'
import { parseValue, requireText } from './values.ts'

const mostFilters = 20
const mostFolded = 16

/** The name of a column that stands in the allow-list: the only way an identifier gets into a statement. */
export function named({ name }: Pick<Shown, 'name'>): Sql {
  return raw(`"${name}"`)
}

/** A column as it is compared and sorted: texts by their bytes, so that both databases agree. */
export function compared(column: Shown, provider: DatabaseProvider): Sql {
  const { kind } = column
  if (provider === 'postgresql' && kind === 'choice') return sql`${named(column)}::text COLLATE "C"`
  if (provider === 'postgresql' && kind === 'text') return sql`${named(column)} COLLATE "C"`
  return named(column)
}

/** What must hold of a row. Throws COLUMN_NOT_OFFERED, OPERATOR_NOT_OFFERED, FILTER_VALUE_INVALID. */
export function conditionsOf(table: TableEntry, { filters, search }: RowsRequest, provider: DatabaseProvider): Sql[] {
  if (filters.length > mostFilters) throw new FilterValueInvalid(`At most ${mostFilters} filters.`)
  const conditions = filters.map((filter) => conditionOf(table, filter, provider))
  if (search === null) return conditions
  const text = requireText(search, 'search')
  const searched = shownColumns(table).filter(({ kind }) => kind === 'text' || kind === 'id')
  const found = searched.map((column) => contains(named(column), text, provider))
  return [...conditions, found.length > 0 ? sql`(${join(found, ' OR ')})` : sql`1 = 0`]
}

function conditionOf(table: TableEntry, { column: name, operator, upTo, value }: Filter, provider: DatabaseProvider): Sql {
  const column = requireColumn(table, name, 'filters')
  if (!operatorsOf(column).includes(operator)) throw new OperatorNotOffered()
  const takes = operator === 'BETWEEN' ? 2 : operator.startsWith('IS_') ? 0 : 1
  const given = [value, upTo].filter((each) => each !== null && each !== undefined)
  if (given.length !== takes || (takes === 1 && given[0] !== value)) throw new FilterValueInvalid(`This takes ${takes} values.`)
  if (operator === 'IS_EMPTY' || operator === 'IS_NOT_EMPTY') return emptiness(column, operator === 'IS_EMPTY')
  if (operator === 'IS_TRUE' || operator === 'IS_FALSE') return flag(column, operator === 'IS_TRUE', provider)
  if (operator === 'CONTAINS') return contains(named(column), requireText(given[0] ?? ''), provider)
  const at = compared(column, provider)
  const [first, last] = given.map((text) => parseValue(column, text))
  if (operator === 'EQUALS') return sql`${at} = ${first}`
  if (operator === 'GREATER') return sql`${at} > ${first}`
  if (operator === 'LESS') return sql`${at} < ${first}`
  return sql`(${at} >= ${first} AND ${at} <= ${last})`
}

function emptiness(column: Shown, empty: boolean): Sql {
  const at = named(column)
  if (column.kind !== 'text') return empty ? sql`${at} IS NULL` : sql`${at} IS NOT NULL`
  return empty ? sql`(${at} IS NULL OR ${at} = '')` : sql`(${at} IS NOT NULL AND ${at} <> '')`
}

function flag(column: Shown, wanted: boolean, provider: DatabaseProvider): Sql {
  const at = named(column)
  if (provider === 'postgresql') return wanted ? sql`${at}` : sql`NOT ${at}`
  return wanted ? sql`${at} = 1` : sql`${at} = 0`
}

/**
 * Whether a column holds a text, whatever the case of its letters. SQLite knows the case of ASCII letters only and PostgreSQL
 * that of its locale: here each folds ASCII, and of all other letters those that the text has.
 */
function contains(at: Sql, text: string, provider: DatabaseProvider): Sql {
  const folded = [...text].map((letter) => (letter <= '\u007F' ? letter.toLowerCase() : lowerOf(letter))).join('')
  const pairs = [...new Set(folded)].flatMap((letter) => {
    const large = letter > '\u007F' ? letter.toUpperCase() : letter
    return large !== letter && [...large].length === 1 && large.toLowerCase() === letter ? [[large, letter] as const] : []
  })
  // Each costs a pass over every text on SQLite, which answers nobody else meanwhile.
  if (pairs.length > mostFolded) throw new FilterValueInvalid(`At most ${mostFolded} different letters besides those from a to z.`)
  if (provider === 'postgresql') {
    const lowered = sql`lower(${at} COLLATE "C")`
    const [from, to] = [0, 1].map((side) => pairs.map((pair) => pair[side]).join(''))
    return sql`strpos(${pairs.length > 0 ? sql`translate(${lowered}, ${from}, ${to})` : lowered}, ${folded}) > 0`
  }
  const lowered = pairs.reduce((inner, [large, small]) => sql`replace(${inner}, ${large}, ${small})`, sql`lower(${at})`)
  return sql`instr(${lowered}, ${folded}) > 0`
}

/** Only what has exactly one small letter, so that a text never becomes longer. */
function lowerOf(letter: string): string {
  const small = letter.toLowerCase()
  return [...small].length === 1 && small.toUpperCase() === letter ? small : letter
}
