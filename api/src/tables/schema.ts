import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { pageSize } from '../graphql/connection.ts'
import { OrderDirectionEnum } from '../graphql/order-direction.ts'
import { categories } from './columns.ts'
import { type ColumnInfo, type DatabaseHealth, operators, type Row, type RowsPage, type TableSummary } from './model.ts'

/** A page has no more rows: they may be wide. */
const longestPage = 200

const CategoryType = builder.enumType('DatabaseCategory', { description: 'What a table is about.', values: categories })

const ColumnTypeType = builder.enumType('DatabaseColumnType', {
  description: 'What stands in a column.',
  values: {
    ID: { value: 'id', description: 'A name that the server made.' },
    TEXT: { value: 'text' },
    CHOICE: { value: 'choice', description: 'One of the column’s choices.' },
    NUMBER: { value: 'number', description: 'A whole number; as text beyond 2^53 − 1.' },
    DECIMAL: { value: 'decimal', description: 'A number with decimals.' },
    FLAG: { value: 'flag', description: 'True or false.' },
    TIME: { value: 'time', description: 'ISO 8601, UTC.' },
    JSON: { value: 'json' },
  } as const,
})

const OperatorType = builder.enumType('DatabaseOperator', {
  description: 'How a value is compared. IS_… takes no value, BETWEEN `value` and `upTo`, both included.',
  values: operators,
})

const ProviderType = builder.enumType('DatabaseProvider', {
  values: { SQLITE: { value: 'sqlite' }, POSTGRESQL: { value: 'postgresql' } } as const,
})

const ColumnType = builder.objectRef<ColumnInfo>('DatabaseColumn').implement({
  description: 'A column of a table. What is hidden is named, and never leaves the server: it cannot be compared or sorted by either.',
  fields: (t) => ({
    name: t.exposeString('name'),
    type: t.field({ type: ColumnTypeType, nullable: true, description: 'Null of a hidden one.', resolve: ({ kind }) => kind }),
    hidden: t.exposeBoolean('hidden'),
    optional: t.exposeBoolean('optional', { description: 'Whether it can be without a value.' }),
    inKey: t.exposeBoolean('inKey', { description: 'Whether it belongs to the primary key.' }),
    sortable: t.exposeBoolean('sortable', { description: 'A long table can be sorted by columns with an index only.' }),
    operators: t.field({ type: [OperatorType], description: 'How it can be filtered.', resolve: ({ operators: all }) => [...all] }),
    choices: t.field({ type: ['String'], description: 'Of a CHOICE the words there are.', resolve: ({ choices }) => [...choices] }),
  }),
})

const RowType = builder.objectRef<Row>('DatabaseRow').implement({
  description: 'A row of a table.',
  fields: (t) => ({
    values: t.field({
      type: 'JSON',
      description: 'By column, in the form that its type says; null where there is none.',
      resolve: ({ values }) => values,
    }),
  }),
})

const FilterInput = builder.inputType('DatabaseFilter', {
  description: 'A condition on one column.',
  fields: (t) => ({
    column: t.string({ required: true }),
    operator: t.field({ type: OperatorType, required: true }),
    value: t.string({ description: 'In the form that the column shows: text, a whole number, ISO 8601 with zone.' }),
    upTo: t.string({ description: 'The other end of BETWEEN.' }),
  }),
})

const OrderInput = builder.inputType('DatabaseOrder', {
  description: 'Rows without a value come before all others, or after them when descending. Texts are in the order of their bytes.',
  fields: (t) => ({
    column: t.string({ required: true }),
    direction: t.field({ type: OrderDirectionEnum, required: true }),
  }),
})

const TableType = builder.objectRef<TableSummary>('DatabaseTable').implement({
  description: 'A table of the server’s own database.',
  fields: (t) => ({
    name: t.exposeString('name'),
    category: t.expose('category', { type: CategoryType }),
    rowCount: t.exposeInt('rowCount', { description: 'Exact, or at least so many: see rowCountExact.' }),
    rowCountExact: t.exposeBoolean('rowCountExact', { description: 'False beyond 100,000 rows, which are not counted.' }),
    size: t.expose('size', { type: 'Bytes', nullable: true, description: 'With its indexes. Null on SQLite, which does not know.' }),
    columns: t.field({ type: [ColumnType], resolve: (table, _args, { actor, services }) => services.tables.columns(actor, table) }),
    rows: t.connection(
      {
        type: RowType,
        description:
          'Its rows, 200 a page at most; the audit log says who looked. A search that takes long gives a short page, even an empty one, with scannedAll false, whose endCursor goes on with it. Errors: COLUMN_NOT_OFFERED, OPERATOR_NOT_OFFERED, FILTER_VALUE_INVALID, SORT_NOT_OFFERED, CURSOR_INVALID, READ_TOO_LONG.',
        args: {
          columns: t.arg.stringList({ description: 'All that are shown when not given.' }),
          filters: t.arg({ type: [FilterInput], description: 'All of them must hold; 20 at most.' }),
          search: t.arg.string({ description: 'Text within any of the columns with text, in any case of letters.' }),
          orderBy: t.arg({ type: OrderInput, description: 'By the primary key when not given.' }),
        },
        resolve: async (table, { columns, filters, orderBy, search, ...args }, { actor, services }) => {
          const limit = Math.min(pageSize(args), longestPage)
          const page = await services.tables.rows(actor, table.name, {
            columns: columns ?? null,
            filters: filters ?? [],
            search: search || null,
            order: orderBy ?? null,
            after: args.after ?? null,
            limit,
          })
          return connectionOf(page, args.after != null)
        },
      },
      {
        name: 'DatabaseRowConnection',
        fields: (c) => ({
          scannedAll: c.exposeBoolean('scannedAll', {
            description: 'False when this page ended early: there may be more behind endCursor.',
          }),
        }),
      },
      { name: 'DatabaseRowEdge' },
    ),
  }),
})

const HealthType = builder.objectRef<DatabaseHealth>('DatabaseHealth').implement({
  description: 'How the database is.',
  fields: (t) => ({
    provider: t.expose('provider', { type: ProviderType }),
    version: t.exposeString('version'),
    size: t.expose('size', { type: 'Bytes', description: 'On the disk.' }),
    sound: t.exposeBoolean('sound', {
      nullable: true,
      description:
        'Whether the structure of the file is whole, looked at once a minute at most. Null when it was not looked at, and on PostgreSQL.',
    }),
    finding: t.exposeString('finding', {
      nullable: true,
      description: 'What is wrong; TOO_LARGE (over 512 MiB) or FAILED when it was not looked at.',
    }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', nullable: true }),
    connections: t.exposeInt('connections', { nullable: true, description: 'To this database now. Null on SQLite.' }),
    mostConnections: t.exposeInt('mostConnections', { nullable: true, description: 'That the database server takes.' }),
  }),
})

builder.queryFields((t) => ({
  databaseTables: t.field({
    ...needs('database:read', 'ADMIN'),
    type: [TableType],
    description: 'Every table of the server’s own database. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.tables.list(actor),
  }),
  databaseTable: t.field({
    ...needs('database:read', 'ADMIN'),
    type: TableType,
    description: 'One table of the server’s own database. Administrators only. Errors: TABLE_NOT_FOUND.',
    args: { name: t.arg.string({ required: true }) },
    resolve: (_root, { name }, { actor, services }) => services.tables.find(actor, name),
  }),
  databaseHealth: t.field({
    ...needs('database:read', 'ADMIN'),
    type: HealthType,
    description: 'How the server’s own database is. Administrators only.',
    resolve: (_root, _args, { actor, services }) => services.tables.health(actor),
  }),
}))

function connectionOf({ endCursor, hasNextPage, rows, scannedAll }: RowsPage, hasPreviousPage: boolean) {
  const edges = rows.map((node) => ({ node, cursor: node.cursor }))
  return { edges, scannedAll, pageInfo: { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor } }
}
