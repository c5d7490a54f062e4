import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseAddress } from '../platform/db.ts'
import { Forbidden } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { requireColumn, requireTable, shownColumns, type TableEntry, tables } from './allow-list.ts'
import { reading } from './bounded.ts'
import { conditionsOf } from './conditions.ts'
import { HealthCheck } from './health.ts'
import { type ColumnInfo, type DatabaseHealth, operatorsOf, type RowsPage, type RowsRequest, type TableSummary } from './model.ts'
import { isSortable, parseCursor, planOf } from './order.ts'
import { requireReadDatabase } from './policy.ts'
import { readPage } from './read-page.ts'
import { countRows, tableSizes } from './sizes.ts'

export interface TablesServiceDeps {
  readonly database: Database
  readonly address: DatabaseAddress
  readonly clock: Clock
  readonly audit: AuditService
  readonly log: Log
}

/** A row has at least one column, and a table has never as many. */
const mostColumns = 100

/** Shows administrators what the server keeps in its own database, but for what is secret. Reads only. */
export class TablesService {
  readonly #deps: TablesServiceDeps
  readonly #health: HealthCheck

  constructor(deps: TablesServiceDeps) {
    this.#deps = deps
    this.#health = new HealthCheck(deps)
  }

  /** Every table and how much is in it, in the order of their categories. Administrators only. */
  async list(actor: Actor): Promise<TableSummary[]> {
    await this.#requireMay(actor, null)
    return this.#summaries([...tables.values()])
  }

  /** One table. Administrators only. Errors: TABLE_NOT_FOUND, FORBIDDEN. */
  async find(actor: Actor, name: string): Promise<TableSummary> {
    await this.#requireMay(actor, name)
    const [summary] = await this.#summaries([requireTable(name)])
    if (!summary) throw new Error(`The table ${name} was not read.`)
    return summary
  }

  /** The columns of a table, also those that are hidden, by name. Administrators only. Errors: TABLE_NOT_FOUND, FORBIDDEN. */
  columns(actor: Actor, { name, rowCountExact }: TableSummary): ColumnInfo[] {
    requireReadDatabase(actor)
    const table = requireTable(name)
    const { provider } = this.#deps.address
    return [...table.columns].map(([column, entry]) => {
      if (!entry.shown)
        return { name: column, kind: null, hidden: true, optional: false, inKey: false, sortable: false, operators: [], choices: [] }
      return {
        name: column,
        kind: entry.kind,
        hidden: false,
        optional: entry.optional,
        inKey: table.key.includes(column),
        sortable: isSortable(table, { name: column, ...entry }, provider, rowCountExact),
        operators: operatorsOf(entry),
        choices: entry.choices,
      }
    })
  }

  /**
   * A page of rows; that somebody looked is written to the audit log. Administrators only. Errors: TABLE_NOT_FOUND,
   * COLUMN_NOT_OFFERED, OPERATOR_NOT_OFFERED, FILTER_VALUE_INVALID, SORT_NOT_OFFERED, CURSOR_INVALID, READ_TOO_LONG, FORBIDDEN.
   */
  async rows(actor: Actor, name: string, request: RowsRequest): Promise<RowsPage> {
    const { address, audit, clock, database } = this.#deps
    await this.#requireMay(actor, name)
    const { provider } = address
    const table = requireTable(name)
    const names = request.columns === null ? null : [...new Set(request.columns.slice(0, mostColumns))]
    const columns = names?.map((column) => requireColumn(table, column, 'columns')) ?? shownColumns(table)
    const conditions = conditionsOf(table, request, provider)
    const filtered = [...new Set(request.filters.map(({ column }) => column))]
    const details = filtered.length > 0 ? { filtered } : {}
    await audit.recordRead(actor, { action: 'database.read', target: table.name, result: 'ok', details })
    return reading(database, provider, async (transaction) => {
      const isShort = async () => (await countRows(transaction, table)).rowCountExact
      const plan = await planOf(table, request.order, provider, isShort)
      const after = request.after === null ? null : parseCursor(plan, request.after)
      return readPage(transaction, clock, plan, { columns, conditions, after, limit: request.limit })
    })
  }

  /** How the database is. Administrators only. */
  async health(actor: Actor): Promise<DatabaseHealth> {
    await this.#requireMay(actor, null)
    return this.#health.read()
  }

  /** Who is signed in and may not is written down. */
  async #requireMay(actor: Actor, target: string | null): Promise<void> {
    try {
      requireReadDatabase(actor)
    } catch (error) {
      const refused = { action: 'database.read', target: target?.slice(0, 64) ?? null }
      if (error instanceof Forbidden) await this.#deps.audit.recordRead(actor, { ...refused, result: error.code })
      throw error
    }
  }

  async #summaries(wanted: readonly TableEntry[]): Promise<TableSummary[]> {
    const { address, database } = this.#deps
    return reading(database, address.provider, async (transaction) => {
      const sizes = await tableSizes(transaction, address.provider)
      const summaries: TableSummary[] = []
      for (const table of wanted) {
        const { category, name } = table
        summaries.push({ name, category, ...(await countRows(transaction, table)), size: sizes.get(name) ?? null })
      }
      return summaries
    })
  }
}
