'use client'

import { CircleUserRound, LogOut } from 'lucide-react'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu'
import { useMe } from '../auth/session'
import { useSignOut } from '../auth/use-sign-out'

export function AccountMenuItems({ trigger }: { trigger: ReactNode }) {
  const t = useTranslations('shell')
  const me = useMe()
  const router = useRouter()
  const { signOut, pending } = useSignOut()
  return (
    <Menu defaultOpen trigger={trigger}>
      <MenuLabel>
        <span className="block font-medium text-ink text-sm">{me.username}</span>
        {t(`role.${me.role}`)}
      </MenuLabel>
      <MenuSeparator />
      <MenuItem icon={<CircleUserRound aria-hidden />} onSelect={() => router.push('/profile')}>
        {t('profile')}
      </MenuItem>
      <MenuItem disabled={pending} icon={<LogOut aria-hidden />} onSelect={() => void signOut()}>
        {t('signOut')}
      </MenuItem>
    </Menu>
  )
}
