'use client'

import { Archive, Check, ShieldCheck, Undo2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Pill, type Tone } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { Cell, HeadCell, Row, Table } from '../../ui/table'
import { parentOf } from '../files/path'
import { placeHref } from '../files/place'
import type { Wish } from './settle-dialog'
import type { Damage, IntegrityWhole } from './use-integrity'

const tones = { OPEN: 'bad', QUARANTINED: 'warn', ACCEPTED: 'neutral', RESOLVED: 'good' } as const satisfies Record<Damage['state'], Tone>

/** Damaged files, the newest first, with what can be decided about each. */
export function DamageTable({ damages, onWish }: { damages: IntegrityWhole['damages']; onWish: (wish: Wish) => void }) {
  const t = useTranslations('integrity')
  const rest = damages.totalCount - damages.nodes.length
  if (damages.nodes.length === 0)
    return (
      <EmptyState icon={ShieldCheck} title={t('emptyTitle')}>
        <p>{t('emptyBody')}</p>
      </EmptyState>
    )
  return (
    <section className="grid gap-3">
      <h2 className="font-semibold text-[15px]">{t('damages')}</h2>
      <Table label={t('damages')}>
        <thead>
          <tr>
            <HeadCell>{t('file')}</HeadCell>
            <HeadCell>{t('status')}</HeadCell>
            <HeadCell className="max-sm:hidden">{t('found')}</HeadCell>
            <HeadCell className="text-right">{t('actions')}</HeadCell>
          </tr>
        </thead>
        <tbody>
          {damages.nodes.map((damage) => (
            <DamageRow key={damage.id} damage={damage} onWish={onWish} />
          ))}
        </tbody>
      </Table>
      {rest > 0 ? <p className="text-[13px] text-ink-soft">{t('more', { count: rest })}</p> : null}
    </section>
  )
}

function DamageRow({ damage, onWish }: { damage: Damage; onWish: (wish: Wish) => void }) {
  const t = useTranslations('integrity')
  const format = useFormat()
  const { path, size, state, settledByName } = damage
  return (
    <Row>
      <Cell className="max-w-md max-sm:max-w-32 max-sm:px-3">
        <Link href={placeHref({ path: parentOf(path) })} className="block truncate font-medium hover:underline" title={path}>
          {path}
        </Link>
        <span className="figures text-ink-soft text-xs">{format.bytes(size)}</span>
      </Cell>
      <Cell className="max-sm:px-1">
        <Pill tone={tones[state]}>{t(`is.${state}`)}</Pill>
        {settledByName ? <span className="ml-2 text-ink-soft text-xs">{t('by', { name: settledByName })}</span> : null}
      </Cell>
      <Cell className="text-ink-soft max-sm:hidden">
        <RelativeTime at={damage.foundAt} />
      </Cell>
      <Cell className="max-sm:px-3">
        <div className="flex justify-end gap-2 max-sm:flex-col max-sm:py-2">
          {state === 'OPEN' ? (
            <>
              <Button size="small" onClick={() => onWish({ kind: 'quarantine', damage })}>
                <Archive aria-hidden />
                {t('quarantine')}
              </Button>
              <Button size="small" onClick={() => onWish({ kind: 'accept', damage })}>
                <Check aria-hidden />
                {t('accept')}
              </Button>
            </>
          ) : state === 'QUARANTINED' ? (
            <Button size="small" onClick={() => onWish({ kind: 'restore', damage })}>
              <Undo2 aria-hidden />
              {t('restore')}
            </Button>
          ) : null}
        </div>
      </Cell>
    </Row>
  )
}
