import type { Category, ColumnKind } from './columns.ts'

export const operators = ['CONTAINS', 'EQUALS', 'GREATER', 'LESS', 'BETWEEN', 'IS_EMPTY', 'IS_NOT_EMPTY', 'IS_TRUE', 'IS_FALSE'] as const
export type Operator = (typeof operators)[number]

/** A condition on one column. Values are texts in the form that the column shows them in. */
export interface Filter {
  readonly column: string
  readonly operator: Operator
  readonly value?: string | null | undefined
  /** The other end of BETWEEN, which includes both. */
  readonly upTo?: string | null | undefined
}

export interface Order {
  readonly column: string
  readonly direction: 'ASC' | 'DESC'
}

export interface RowsRequest {
  /** Null for all that are shown. */
  readonly columns: readonly string[] | null
  /** All of them must hold. */
  readonly filters: readonly Filter[]
  /** Text that stands in any of the columns with text; null for no search. */
  readonly search: string | null
  /** Null for the order of the primary key. */
  readonly order: Order | null
  readonly after: string | null
  readonly limit: number
}

export type Cell = string | number | boolean | null | object

export interface Row {
  /** By column. */
  readonly values: Readonly<Record<string, Cell>>
  readonly cursor: string
}

export interface RowsPage {
  readonly rows: readonly Row[]
  readonly hasNextPage: boolean
  /** Goes on from here; may be further than the last row, when what lies between does not match. */
  readonly endCursor: string | null
  /** False when the page ended before it was full because enough rows had been looked at. */
  readonly scannedAll: boolean
}

export interface TableSummary {
  readonly name: string
  readonly category: Category
  /** Exact, or at least so many. */
  readonly rowCount: number
  readonly rowCountExact: boolean
  /** Bytes with its indexes; null where the database does not know without reading all of it. */
  readonly size: number | null
}

export interface ColumnInfo {
  readonly name: string
  /** Null of a column that is hidden. */
  readonly kind: ColumnKind | null
  readonly hidden: boolean
  readonly optional: boolean
  readonly inKey: boolean
  readonly sortable: boolean
  readonly operators: readonly Operator[]
  readonly choices: readonly string[]
}

export interface DatabaseHealth {
  readonly provider: 'sqlite' | 'postgresql'
  readonly version: string
  /** Bytes on the disk. */
  readonly size: number
  /** Whether its structure was found whole; null when it was not looked at. */
  readonly sound: boolean | null
  /** What was found, or why it was not looked at; null when all is well. */
  readonly finding: string | null
  readonly checkedAt: Date | null
  /** Null on SQLite, which has none. */
  readonly connections: number | null
  readonly mostConnections: number | null
}

const comparisons: readonly Operator[] = ['EQUALS', 'GREATER', 'LESS', 'BETWEEN']
const byKind: Readonly<Record<ColumnKind, readonly Operator[]>> = {
  id: ['CONTAINS', 'EQUALS'],
  text: ['CONTAINS', 'EQUALS'],
  choice: ['EQUALS'],
  number: comparisons,
  decimal: comparisons,
  time: comparisons,
  flag: ['IS_TRUE', 'IS_FALSE'],
  // The two databases do not write JSON in the same way: what one finds in it the other would not.
  json: [],
}

/** How a column may be compared. An empty text counts as empty. */
export function operatorsOf({ kind, optional }: { kind: ColumnKind; optional: boolean }): Operator[] {
  return [...byKind[kind], ...(optional || kind === 'text' ? (['IS_EMPTY', 'IS_NOT_EMPTY'] as const) : [])]
}
