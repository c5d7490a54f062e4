'use client'

import { SunMoon } from 'lucide-react'
import { lazy } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { OnDemandMenu } from '../../ui/on-demand-menu'

const load = async () => ({ default: (await import('./appearance-menu-items')).AppearanceMenuItems })
const Items = lazy(load)

export function AppearanceMenu() {
  const t = useTranslations('shell')
  return (
    <OnDemandMenu
      preload={load}
      menu={Items}
      button={
        <Button look="quiet" size="icon" aria-label={t('appearance')}>
          <SunMoon aria-hidden />
        </Button>
      }
    />
  )
}
