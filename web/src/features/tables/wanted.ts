import type { DatabaseOperator } from '../../graphql/generated/graphql'

export interface WantedFilter {
  readonly column: string
  readonly operator: DatabaseOperator
  readonly value: string
  /** The other end of BETWEEN. */
  readonly upTo: string
}

/** What of the database is looked at, as it stands in the address. */
export interface Wanted {
  /** Empty for the list of tables. */
  readonly table: string
  readonly search: string
  readonly filters: readonly WantedFilter[]
  /** Null for the newest first. */
  readonly sort: { readonly column: string; readonly direction: 'ASC' | 'DESC' } | null
  /** Columns that are not shown. */
  readonly without: readonly string[]
}

export const nothingWanted: Wanted = { table: '', search: '', filters: [], sort: null, without: [] }

const place = '/settings/database'
/** As much as the server takes. */
const longest = 256
const mostFilters = 20
const valueless: readonly DatabaseOperator[] = ['IS_EMPTY', 'IS_NOT_EMPTY', 'IS_TRUE', 'IS_FALSE']
const operators: readonly string[] = ['CONTAINS', 'EQUALS', 'GREATER', 'LESS', 'BETWEEN', ...valueless]

export function takesValue(operator: DatabaseOperator): boolean {
  return !valueless.includes(operator)
}

export function parseWanted(search: URLSearchParams): Wanted {
  const text = (name: string) => (search.get(name) ?? '').slice(0, longest)
  const sorted = text('sort')
  return {
    table: text('table'),
    search: text('search'),
    filters: search.getAll('filter').slice(0, mostFilters).flatMap(parseFilter),
    sort: sorted ? { column: sorted.replace(/^-/, ''), direction: sorted.startsWith('-') ? 'DESC' : 'ASC' } : null,
    without: (search.get('without') ?? '')
      .slice(0, 8 * longest)
      .split(',')
      .filter(Boolean),
  }
}

/** `column~OPERATOR~value~upTo`. A value that has a tilde has it escaped. */
function parseFilter(text: string): WantedFilter[] {
  const [column = '', operator = '', value = '', upTo = ''] = text.split('~').map(unescaped)
  if (!column || !operators.includes(operator)) return []
  return [{ column, operator: operator as DatabaseOperator, value: value.slice(0, longest), upTo: upTo.slice(0, longest) }]
}

export function addressOf({ filters, search, sort, table, without }: Wanted): string {
  const address = new URLSearchParams()
  if (table) address.set('table', table)
  if (search) address.set('search', search)
  for (const { column, operator, upTo, value } of filters) {
    const parts = [column, operator, ...(takesValue(operator) ? [value] : []), ...(operator === 'BETWEEN' ? [upTo] : [])]
    address.append('filter', parts.map(escaped).join('~'))
  }
  if (sort) address.set('sort', `${sort.direction === 'DESC' ? '-' : ''}${sort.column}`)
  if (without.length > 0) address.set('without', without.join(','))
  const text = address.toString()
  return text ? `${place}?${text}` : place
}

/** The next order when a head is pressed: up, and the other way when it is pressed again. */
export function nextSort(sort: Wanted['sort'], column: string): Wanted['sort'] {
  return { column, direction: sort?.column === column && sort.direction === 'ASC' ? 'DESC' : 'ASC' }
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('~', '%7E')
}

function unescaped(text: string): string {
  return text.replaceAll('%7E', '~').replaceAll('%25', '%')
}
