'use client'

import { LogOut } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Menu, MenuItem, MenuLabel, MenuSeparator } from '../../ui/menu'
import { useMe } from '../auth/session'
import { useSignOut } from '../auth/use-sign-out'

export function AccountMenu() {
  const t = useTranslations('shell')
  const me = useMe()
  const { signOut, pending } = useSignOut()
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={t('account', { name: me.username })} pending={pending}>
          {pending ? null : (
            <span className="grid size-7 place-items-center rounded-full bg-accent-soft font-semibold text-accent text-xs uppercase">
              {me.username.slice(0, 2)}
            </span>
          )}
        </Button>
      }
    >
      <MenuLabel>
        <span className="block font-medium text-ink text-sm">{me.username}</span>
        {t(`role.${me.role}`)}
      </MenuLabel>
      <MenuSeparator />
      <MenuItem icon={<LogOut aria-hidden />} onSelect={() => void signOut()}>
        {t('signOut')}
      </MenuItem>
    </Menu>
  )
}
