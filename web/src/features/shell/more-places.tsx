'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Menu, MenuItem } from '../../ui/menu'
import { useMe } from '../auth/session'
import { inBar, placesFor } from './nav'

/** The places that do not fit the bar of a phone. */
export function MorePlaces({ trigger }: { trigger: ReactNode }) {
  const t = useTranslations('shell')
  const router = useRouter()
  const places = placesFor(useMe())
  const bar = inBar(places)
  return (
    <Menu defaultOpen trigger={trigger}>
      {places
        .filter((place) => !bar.includes(place))
        .map(({ href, label, icon: Icon }) => (
          <MenuItem key={href} icon={<Icon aria-hidden />} onSelect={() => router.push(href)}>
            {t(label)}
          </MenuItem>
        ))}
    </Menu>
  )
}
