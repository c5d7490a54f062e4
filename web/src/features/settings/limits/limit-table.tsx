'use client'

import { SlidersHorizontal } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { graphql } from '../../../graphql/generated'
import type { LimitTable_LimitFragment } from '../../../graphql/generated/graphql'
import { Button } from '../../../ui/button'
import { Pill } from '../../../ui/pill'
import { Cell, HeadCell, Row, Table } from '../../../ui/table'
import { hasWords } from './limit-words'
import { useRateWords } from './use-rate-words'

export const LimitTable_limit = graphql(`
  fragment LimitTable_limit on Limit {
    id
    name
    kind
    countedBy
    adjusted
    deniedLastHour
    rate {
      capacity
      refillPerSecond
    }
    preset {
      capacity
      refillPerSecond
    }
    least {
      capacity
      refillPerSecond
    }
    most {
      capacity
      refillPerSecond
    }
  }
`)

export type LimitRow = LimitTable_LimitFragment

export function LimitTable({ label, limits, onEdit }: { label: string; limits: readonly LimitRow[]; onEdit: (id: string) => void }) {
  const t = useTranslations('limits')
  return (
    <Table label={label} className="table-fixed">
      <thead>
        <tr>
          <HeadCell>{t('what')}</HeadCell>
          <HeadCell className="w-72 max-md:hidden">{t('rate')}</HeadCell>
          <HeadCell className="w-56 max-lg:hidden">{t('countedBy')}</HeadCell>
          <HeadCell className="w-48 max-sm:hidden">{t('denied')}</HeadCell>
          <HeadCell className="w-14">
            <span className="sr-only">{t('actions')}</span>
          </HeadCell>
        </tr>
      </thead>
      <tbody>
        {limits.map((limit) => (
          <LimitLine key={limit.id} limit={limit} onEdit={onEdit} />
        ))}
      </tbody>
    </Table>
  )
}

function LimitLine({ limit, onEdit }: { limit: LimitRow; onEdit: (id: string) => void }) {
  const t = useTranslations('limits')
  const format = useFormat()
  const rateWords = useRateWords()
  const { countedBy, deniedLastHour, id, name } = limit
  const title = hasWords(name) ? t(`name.${name}`) : name
  const denied =
    deniedLastHour > 0 ? <Pill tone="warn">{format.number(deniedLastHour)}</Pill> : <span className="text-ink-soft">{t('never')}</span>
  return (
    <Row>
      <Cell className="whitespace-normal! py-2.5">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{title}</span>
          {limit.adjusted ? <Pill tone="info">{t('adjusted')}</Pill> : null}
        </span>
        {hasWords(name) ? <span className="block max-w-xl text-ink-soft text-xs leading-4">{t(`about.${name}`)}</span> : null}
        <span className="figures mt-1 block text-xs md:hidden">{rateWords(limit.rate, limit)}</span>
        {deniedLastHour > 0 ? (
          <span className="mt-1 block text-warn text-xs sm:hidden">{t('deniedTimes', { count: deniedLastHour })}</span>
        ) : null}
      </Cell>
      <Cell className="figures max-md:hidden">{rateWords(limit.rate, limit)}</Cell>
      <Cell className="text-ink-soft max-lg:hidden">{t(`by.${countedBy}`)}</Cell>
      <Cell className="figures max-sm:hidden">{denied}</Cell>
      <Cell className="pl-0 text-right">
        <Button look="quiet" size="icon" aria-label={t('edit', { name: title })} onClick={() => onEdit(id)}>
          <SlidersHorizontal aria-hidden />
        </Button>
      </Cell>
    </Row>
  )
}
