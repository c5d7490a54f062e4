'use client'

import { useQuery } from '@apollo/client/react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import type { DatabaseTablesQuery } from '../../graphql/generated/graphql'
import { Skeleton } from '../../ui/skeleton'
import { HealthLine } from './health-line'
import { useTableName } from './table-name'
import { addressOf, nothingWanted } from './wanted'

export const DatabaseTablesDocument = graphql(`
  query DatabaseTables {
    databaseTables {
      name
      category
      rowCount
      rowCountExact
      size
      columns {
        name
        hidden
      }
    }
  }
`)

type Summary = DatabaseTablesQuery['databaseTables'][number]

const categories = ['ACCOUNTS', 'SECURITY', 'FILES', 'JOBS', 'SETTINGS', 'AUDIT'] as const

/** Every table by what it is about, and how much is in it. */
export function TableList() {
  const t = useTranslations('tables')
  const { data, error, refetch } = useQuery(DatabaseTablesDocument, { fetchPolicy: 'no-cache' })
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  return (
    <div className="grid gap-6">
      <HealthLine />
      {data ? (
        <div className="-mb-6 gap-x-4 lg:columns-2">
          {categories.map((category) => {
            const tables = data.databaseTables.filter((table) => table.category === category)
            return tables.length > 0 ? <Group key={category} title={t(`category.${category}`)} tables={tables} /> : null
          })}
        </div>
      ) : (
        <div className="grid gap-4 lg:grid-cols-2">
          {categories.map((category) => (
            <Skeleton key={category} className="h-48 rounded-card!" />
          ))}
        </div>
      )}
    </div>
  )
}

function Group({ title, tables }: { title: string; tables: readonly Summary[] }) {
  return (
    <section aria-label={title} className="break-inside-avoid pb-6">
      <h2 className="mb-2 font-medium text-[13px] text-ink-soft">{title}</h2>
      <ul className="overflow-hidden rounded-card border border-line bg-surface shadow-low">
        {tables.map((table) => (
          <TableLine key={table.name} table={table} />
        ))}
      </ul>
    </section>
  )
}

function TableLine({ table }: { table: Summary }) {
  const t = useTranslations('tables')
  const format = useFormat()
  const nameOf = useTableName()
  const { columns, name, rowCount, rowCountExact, size } = table
  const hidden = columns.filter((column) => column.hidden).length
  return (
    <li className="border-line border-b last:border-0">
      <Link
        href={addressOf({ ...nothingWanted, table: name })}
        className="flex min-h-14 items-center gap-4 px-4 py-2 transition-colors hover:bg-hover focus-visible:-outline-offset-2"
      >
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{nameOf(name)}</span>
          <span className="block truncate text-ink-soft text-xs">
            <code className="font-mono">{name}</code>
            {` · ${t('columnCount', { count: columns.length })}`}
            {hidden > 0 ? ` · ${t('hiddenCount', { count: hidden })}` : ''}
          </span>
        </span>
        <span className="figures shrink-0 text-right text-[13px]">
          <span className="block">{rowCountExact ? t('rows', { count: rowCount }) : t('moreRows', { count: rowCount })}</span>
          {size === null || size === undefined ? null : <span className="block text-ink-soft text-xs">{format.bytes(size)}</span>}
        </span>
      </Link>
    </li>
  )
}
