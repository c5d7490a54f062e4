'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { chooseLocale, locales, useChosenLocale } from '../../messages/locale'
import { Menu, MenuChoice, MenuSeparator } from '../../ui/menu'
import { chooseTheme, themes, useTheme } from '../../ui/theme'

export function AppearanceMenuItems({ trigger }: { trigger: ReactNode }) {
  const t = useTranslations('shell')
  const theme = useTheme()
  const locale = useChosenLocale() ?? 'en'
  return (
    <Menu defaultOpen trigger={trigger}>
      <MenuChoice
        label={t('theme')}
        value={theme}
        options={themes.map((value) => ({ value, label: t(`themeName.${value}`) }))}
        onChoose={chooseTheme}
      />
      <MenuSeparator />
      <MenuChoice
        label={t('language')}
        value={locale}
        options={locales.map((value) => ({ value, label: t(`languageName.${value}`) }))}
        onChoose={chooseLocale}
      />
    </Menu>
  )
}
