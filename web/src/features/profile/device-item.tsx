'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { LogOut, type LucideIcon, Monitor, Smartphone, SquareTerminal, Tablet } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { DeviceItem_SessionFragment } from '../../graphql/generated/graphql'
import { Button } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { type ClientName, nameClient } from './client-name'

export const DeviceItemFragment = graphql(`
  fragment DeviceItem_session on Session {
    id
    isCurrent
    method
    createdAt
    lastUsedAt
    address
    client
  }
`)

export interface EndableDevice {
  id: string
  name: string
}

const icons: Record<ClientName['kind'], LucideIcon> = { desktop: Monitor, phone: Smartphone, tablet: Tablet, program: SquareTerminal }

/** One place where one is signed in. */
export function DeviceItem({
  session: from,
  onEnd,
}: {
  session: FragmentType<DeviceItem_SessionFragment>
  onEnd: (device: EndableDevice) => void
}) {
  const t = useTranslations('profile.devices')
  const { data, complete } = useFragment({ fragment: DeviceItemFragment, from })
  if (!complete) return null
  const { address, client, createdAt, id, isCurrent, lastUsedAt, method } = data
  const { kind, name, system } = nameClient(client ?? null)
  const words = name && system ? t('clientOn', { name, system }) : (name ?? t('unknownClient'))
  const Icon = icons[kind]
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 p-4 sm:flex-nowrap">
      <span className="grid size-10 shrink-0 place-items-center rounded-[10px] bg-hover text-ink-soft">
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="min-w-0 flex-1 basis-48">
        <p className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
          <span className="min-w-0 truncate font-medium" title={client ?? undefined}>
            {words}
          </span>
          {isCurrent ? <Pill tone="info">{t('here')}</Pill> : null}
        </p>
        <p className="mt-0.5 text-[13px] text-ink-soft">
          {isCurrent ? t('inUse') : t.rich('used', { when: () => <RelativeTime at={lastUsedAt} /> })}
          <span aria-hidden> · </span>
          <span className="figures inline-block max-w-full break-all">{address}</span>
        </p>
        <p className="text-[13px] text-ink-soft">
          {t.rich('began', { how: t(`method.${method}`), when: () => <RelativeTime at={createdAt} /> })}
        </p>
      </div>
      {isCurrent ? null : (
        <Button
          look="quiet"
          size="small"
          className="ml-11.5 sm:ml-0"
          aria-label={t('endOne', { name: words })}
          onClick={() => onEnd({ id, name: words })}
        >
          <LogOut aria-hidden />
          {t('end')}
        </Button>
      )}
    </li>
  )
}
