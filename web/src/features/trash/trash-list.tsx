'use client'

import { RotateCcw, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { Button } from '../../ui/button'
import { RelativeTime } from '../../ui/relative-time'
import { useMe } from '../auth/session'
import { kindIcons, kindOf, kindTones } from '../files/file-kind'
import { parentOf } from '../files/path'
import { placeHref } from '../files/place'
import type { Item } from './use-trash'

export interface ItemActions {
  onRestore: (item: Item) => void
  onDelete: (item: Item) => void
}

/** What lies in the trash: lines on a screen, cards on a phone. */
export function TrashList({
  items,
  ofEverybody,
  restoring,
  actions,
}: {
  items: readonly Item[]
  ofEverybody: boolean
  /** Id of the item that is being restored. */
  restoring: string | null
  /** Null for who may only look. */
  actions: ItemActions | null
}) {
  const t = useTranslations('trash')
  return (
    <div className="rounded-card border border-line bg-surface shadow-low">
      <div
        aria-hidden
        className="hidden h-9 items-center gap-4 border-line border-b px-4 font-medium text-ink-soft text-xs lg:grid lg:grid-cols-(--trash-columns)"
        style={columns}
      >
        <span>{t('name')}</span>
        <span>{t('from')}</span>
        <span>{t('deleted')}</span>
        <span>{t('expires')}</span>
        <span className="text-right">{t('size')}</span>
        <span />
      </div>
      <ul aria-label={t('list')}>
        {items.map((item) => (
          <TrashRow key={item.id} item={item} ofEverybody={ofEverybody} pending={restoring === item.id} actions={actions} />
        ))}
      </ul>
    </div>
  )
}

const columns = {
  '--trash-columns': 'minmax(10rem, 2fr) minmax(8rem, 1.5fr) minmax(8rem, 1fr) minmax(7rem, 1fr) 6rem 15rem',
} as React.CSSProperties

function TrashRow({
  item,
  ofEverybody,
  pending,
  actions,
}: {
  item: Item
  ofEverybody: boolean
  pending: boolean
  actions: ItemActions | null
}) {
  const t = useTranslations('trash')
  const me = useMe()
  const kind = kindOf(item)
  const Icon = kindIcons[kind]
  const folder = parentOf(item.path)
  return (
    <li
      style={columns}
      className="grid gap-x-4 gap-y-1 border-line border-b px-4 py-3 last:border-0 lg:min-h-12 lg:grid-cols-(--trash-columns) lg:items-center lg:py-1.5"
    >
      <p className="flex min-w-0 items-center gap-2.5 font-medium">
        <Icon aria-hidden className={`size-[18px] shrink-0 ${kindTones[kind]}`} />
        <span className="min-w-0 break-words lg:truncate" title={item.name}>
          {item.name}
        </span>
      </p>
      <Fact label={t('from')}>
        <Link href={placeHref({ path: folder })} prefetch={false} className="break-all underline-offset-4 hover:underline" title={folder}>
          {folder}
        </Link>
        {ofEverybody && item.owner ? (
          <span className="block text-ink-soft text-xs">{t('inTrashOf', { name: item.owner.username })}</span>
        ) : null}
      </Fact>
      <Fact label={t('deleted')}>
        <RelativeTime at={item.deletedAt} />
        {item.deletedByName === me.username ? null : (
          <span className="text-ink-soft lg:block lg:text-xs"> {t('by', { name: item.deletedByName })}</span>
        )}
      </Fact>
      <Fact label={t('expires')}>
        <Expiry at={item.expiresAt} />
      </Fact>
      <Fact label={t('size')} className="figures lg:text-right">
        <Size item={item} />
      </Fact>
      {actions ? (
        <div className="flex gap-2 max-lg:mt-2 lg:justify-end">
          <Button
            size="small"
            className="max-sm:h-11 max-sm:flex-1"
            aria-label={t('restoreNamed', { name: item.name })}
            pending={pending}
            onClick={() => actions.onRestore(item)}
          >
            {pending ? null : <RotateCcw aria-hidden />}
            {t('restore')}
          </Button>
          <Button
            look="quiet"
            size="small"
            className="max-sm:h-11 max-sm:flex-1"
            aria-label={t('deleteNamed', { name: item.name })}
            onClick={() => actions.onDelete(item)}
          >
            <Trash2 aria-hidden />
            {t('delete')}
          </Button>
        </div>
      ) : null}
    </li>
  )
}

/** A value with its name before it where there is no head over it. */
function Fact({ label, className = '', children }: { label: string; className?: string; children: React.ReactNode }) {
  return (
    <div className={`min-w-0 text-[13px] ${className}`}>
      <span className="text-ink-soft lg:sr-only">{label} </span>
      {children}
    </div>
  )
}

function Expiry({ at }: { at: string | null }) {
  const t = useTranslations('trash')
  const format = useFormat()
  const now = useNow(60_000)
  if (at === null) return t('never')
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={format.moment(ms)}>
      {ms <= now ? t('soon') : format.relative(ms, now)}
    </time>
  )
}

function Size({ item }: { item: Item }) {
  const t = useTranslations('trash')
  const format = useFormat()
  if (item.size === null) return <span className="text-ink-soft">{t('counting')}</span>
  const size = format.bytes(item.size)
  return item.sizeIsExact ? size : t('atLeast', { size })
}
