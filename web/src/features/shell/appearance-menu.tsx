'use client'

import { SunMoon } from 'lucide-react'
import { useLocale, useTranslations } from 'use-intl'
import { chooseLocale, locales } from '../../messages/locale'
import { Button } from '../../ui/button'
import { Menu, MenuChoice, MenuSeparator } from '../../ui/menu'
import { chooseTheme, themes, useTheme } from '../../ui/theme'

export function AppearanceMenu() {
  const t = useTranslations('shell')
  const theme = useTheme()
  const locale = useLocale()
  return (
    <Menu
      trigger={
        <Button look="quiet" size="icon" aria-label={t('appearance')}>
          <SunMoon aria-hidden />
        </Button>
      }
    >
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
