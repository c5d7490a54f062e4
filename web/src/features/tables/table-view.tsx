'use client'

import { useQuery } from '@apollo/client/react'
import { ChevronLeft, RotateCw } from 'lucide-react'
import Link from 'next/link'
import { useCallback, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { graphql } from '../../graphql/generated'
import type { DatabaseTableQuery } from '../../graphql/generated/graphql'
import { Button } from '../../ui/button'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { FilterBar } from './filter-bar'
import { RowGrid } from './row-grid'
import { RowPanel } from './row-panel'
import { TableFailure } from './table-failure'
import { useTableName } from './table-name'
import { useTableRows } from './use-table-rows'
import { addressOf, nextSort, nothingWanted, takesValue, type Wanted } from './wanted'

export const DatabaseTableDocument = graphql(`
  query DatabaseTable($name: String!) {
    databaseTable(name: $name) {
      name
      rowCount
      rowCountExact
      size
      columns {
        name
        type
        hidden
        inKey
        sortable
        operators
        choices
      }
    }
  }
`)

export type Table = DatabaseTableQuery['databaseTable']
export type Column = Table['columns'][number]

/** One table: what is looked for in it, its rows, and one of them in full. */
export function TableView({ wanted }: { wanted: Wanted }) {
  const t = useTranslations('tables')
  const format = useFormat()
  const nameOf = useTableName()
  const { data, error, refetch } = useQuery(DatabaseTableDocument, { variables: { name: wanted.table }, fetchPolicy: 'no-cache' })
  const table = data?.databaseTable
  return (
    <>
      <Link href={addressOf(nothingWanted)} className="mb-2 inline-flex h-8 items-center gap-1 text-[13px] text-ink-soft hover:text-ink">
        <ChevronLeft aria-hidden className="size-4" />
        {t('allTables')}
      </Link>
      <PageHeader title={nameOf(wanted.table)}>
        <span className="figures">
          <code className="font-mono text-[13px]">{wanted.table}</code>
          {table ? ` · ${table.rowCountExact ? t('rows', { count: table.rowCount }) : t('moreRows', { count: table.rowCount })}` : ''}
          {table && table.size !== null && table.size !== undefined ? ` · ${format.bytes(table.size)}` : ''}
        </span>
      </PageHeader>
      {error && !data ? (
        <TableFailure error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : table ? (
        <Rows table={table} wanted={wanted} />
      ) : (
        <Skeleton className="h-96 rounded-card!" />
      )}
    </>
  )
}

function Rows({ table, wanted }: { table: Table; wanted: Wanted }) {
  const t = useTranslations('tables')
  const { filters, search, sort, without } = wanted
  const [chosen, setChosen] = useState<number | null>(null)
  const key = table.columns.filter(({ inKey }) => inKey)
  const keyName = key.length === 1 ? key[0]?.name : undefined
  // Numbers and names that the server makes grow: the newest first.
  const order = sort ?? (keyName ? { column: keyName, direction: 'DESC' as const } : null)
  const asked = JSON.stringify([table.name, filters, search, order])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what stands in the address is made anew with each change of it
  const question = useMemo(
    () => ({
      table: table.name,
      filters: filters.map(({ column, operator, upTo, value }) => ({
        column,
        operator,
        ...(takesValue(operator) ? { value } : {}),
        ...(operator === 'BETWEEN' ? { upTo } : {}),
      })),
      search: search || null,
      orderBy: order,
    }),
    [asked],
  )
  const rows = useTableRows(question)
  const go = useCallback(
    (next: Partial<Wanted>, how: 'push' | 'replace' = 'push') => {
      setChosen(null)
      window.history[`${how}State`](null, '', addressOf({ ...wanted, ...next }))
    },
    [wanted],
  )
  const shown = table.columns.filter(({ hidden, name }) => !hidden && !without.includes(name))
  const row = chosen === null ? undefined : rows.rows[chosen]
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <FilterBar
        table={table}
        wanted={wanted}
        onChange={go}
        action={
          <Button
            onClick={rows.readAgain}
            pending={rows.loading && rows.ready}
            aria-label={t('readAgain')}
            size="icon"
            title={t('readAgain')}
          >
            <RotateCw aria-hidden />
          </Button>
        }
      />
      {rows.error && rows.rows.length === 0 ? (
        <TableFailure error={rows.error} onRetry={rows.readAgain} />
      ) : (
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:flex">
          <div className="min-w-0 lg:flex-1">
            <RowGrid
              columns={shown}
              rows={rows}
              table={table.name}
              order={order}
              chosen={chosen}
              filtered={filters.length > 0 || search !== ''}
              onSort={(column) => go({ sort: nextSort(order, column) })}
              onChoose={setChosen}
              onClear={() => go({ filters: [], search: '' })}
            />
          </div>
          {row ? <RowPanel row={row} columns={table.columns} onClose={() => setChosen(null)} /> : null}
        </div>
      )}
    </div>
  )
}
