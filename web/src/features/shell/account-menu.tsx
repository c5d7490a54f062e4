'use client'

import { lazy } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { OnDemandMenu } from '../../ui/on-demand-menu'
import { useMe } from '../auth/session'

const load = async () => ({ default: (await import('./account-menu-items')).AccountMenuItems })
const Items = lazy(load)

export function AccountMenu() {
  const t = useTranslations('shell')
  const me = useMe()
  return (
    <OnDemandMenu
      preload={load}
      menu={Items}
      button={
        <Button look="quiet" size="icon" aria-label={t('account', { name: me.username })}>
          {/* Drawn, not text: initials inside a button would have to be part of its spoken name. */}
          <span
            data-initials={me.username.slice(0, 2)}
            className="grid size-7 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-xs uppercase before:content-[attr(data-initials)]"
          />
        </Button>
      }
    />
  )
}
