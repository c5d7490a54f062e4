import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { CalendarClock, Globe, History } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { graphql } from '../../graphql/generated'
import type { KeyItem_KeyFragment } from '../../graphql/generated/graphql'
import { Button } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'

export const KeyItem_key = graphql(`
  fragment KeyItem_key on ApiKey {
    id
    name
    prefix
    scopes
    addresses
    createdAt
    expiresAt
    lastUsedAt
    lastUsedAddress
  }
`)

export interface RevocableKey {
  id: string
  name: string
}

/** One key: what it is for, what it may do, when it was used, when it ends. */
export function KeyItem({
  apiKey,
  onEdit,
  onRevoke,
}: {
  apiKey: FragmentType<KeyItem_KeyFragment>
  /** Where the key may be changed: not that of somebody else. */
  onEdit?: ((key: KeyItem_KeyFragment) => void) | undefined
  onRevoke: (key: RevocableKey) => void
}) {
  const t = useTranslations('keys')
  const format = useFormat()
  const now = useNow(30_000)
  const { complete, data: key } = useFragment({ fragment: KeyItem_key, fragmentName: 'KeyItem_key', from: apiKey })
  if (!complete) return null
  const isExpired = key.expiresAt !== null && Date.parse(key.expiresAt) <= now
  const at = (moment: string) => ({ at: () => <RelativeTime at={moment} /> })
  return (
    <li className="grid gap-2.5 p-4 sm:px-5">
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h3 className="flex flex-wrap items-center gap-x-2 gap-y-1 font-medium">
            <span className="min-w-0 break-words">{key.name}</span>
            {isExpired ? <Pill tone="warn">{t('expired')}</Pill> : null}
          </h3>
          <code className="text-[13px] text-ink-soft">{key.prefix}…</code>
        </div>
        {onEdit ? (
          <Button size="small" aria-label={t('editNamed', { name: key.name })} onClick={() => onEdit(key as KeyItem_KeyFragment)}>
            {t('edit')}
          </Button>
        ) : null}
        <Button size="small" aria-label={t('revokeNamed', { name: key.name })} onClick={() => onRevoke({ id: key.id, name: key.name })}>
          {t('revoke')}
        </Button>
      </div>
      <ul aria-label={t('scopes')} className="flex flex-wrap gap-1.5">
        {key.scopes.map((scope) => (
          <li key={scope}>
            <Pill>{scope}</Pill>
          </li>
        ))}
      </ul>
      <ul className="flex flex-wrap gap-x-5 gap-y-1 text-[13px] text-ink-soft [&_svg]:size-3.5 [&_svg]:shrink-0">
        <li className="flex items-center gap-1.5">
          <History aria-hidden />
          <span>
            {key.lastUsedAt ? t.rich('used', { ...at(key.lastUsedAt), address: key.lastUsedAddress ?? '' }) : t('neverUsed')}
            {', '}
            {t.rich('made', at(key.createdAt))}
          </span>
        </li>
        <li className="flex items-center gap-1.5">
          <CalendarClock aria-hidden />
          {key.expiresAt === null ? t('endless') : t('expiresAt', { at: format.moment(Date.parse(key.expiresAt)) })}
        </li>
        <li className="flex min-w-0 items-center gap-1.5">
          <Globe aria-hidden />
          <span className="min-w-0 break-words">
            {key.addresses.length === 0 ? t('anywhere') : t('from', { addresses: key.addresses.join(', ') })}
          </span>
        </li>
      </ul>
    </li>
  )
}
