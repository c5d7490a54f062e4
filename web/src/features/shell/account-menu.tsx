'use client'

import { lazy } from 'react'
import { useTranslations } from 'use-intl'
import { Avatar } from '../../ui/avatar'
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
          <Avatar name={me.username} url={me.avatarUrl} />
        </Button>
      }
    />
  )
}
