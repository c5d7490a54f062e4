'use client'

import { Command } from 'cmdk'
import { Braces, FileSearch, Languages, LogOut, SunMoon } from 'lucide-react'
import { useRouter } from 'next/navigation'
import * as Dialog from 'radix-ui/dialog'
import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { chooseLocale, locales, useChosenLocale } from '../../messages/locale'
import { chooseTheme, themes, useTheme } from '../../ui/theme'
import { useMe } from '../auth/session'
import { useSignOut } from '../auth/use-sign-out'
import { searchHref } from '../search/wanted'
import { placesFor } from './nav'

function Item({
  icon,
  label,
  onSelect,
  forceMount = false,
}: {
  icon: ReactNode
  label: string
  onSelect: () => void
  /** Stays, whatever is typed. */
  forceMount?: boolean
}) {
  return (
    <Command.Item
      value={label}
      forceMount={forceMount}
      onSelect={onSelect}
      className="flex h-10 cursor-pointer select-none items-center gap-3 rounded-control px-3 aria-selected:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-soft"
    >
      {icon}
      {label}
    </Command.Item>
  )
}

const groupLook =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-soft'

/** Everything the dashboard can show or do, by name. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations('shell')
  const router = useRouter()
  const me = useMe()
  const theme = useTheme()
  const locale = useChosenLocale()
  const { signOut } = useSignOut()
  const [typed, setTyped] = useState('')
  const run = (action: () => void) => () => {
    onOpenChange(false)
    action()
  }
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Overlay className="pop-in fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="pop-in fixed inset-x-3 top-[12vh] z-50 mx-auto max-w-xl overflow-hidden rounded-card border border-line bg-surface shadow-high focus:outline-none"
        >
          <Dialog.Title className="sr-only">{t('paletteTitle')}</Dialog.Title>
          <Command label={t('paletteTitle')} loop>
            <Command.Input
              value={typed}
              onValueChange={setTyped}
              placeholder={t('palettePlaceholder')}
              className="h-13 w-full border-line border-b bg-transparent px-5 text-[15px] outline-none placeholder:text-ink-soft"
            />
            <Command.List className="max-h-[50vh] overflow-y-auto p-2">
              <Command.Empty className="px-3 py-6 text-ink-soft">{t('paletteEmpty')}</Command.Empty>
              <Command.Group heading={t('groupGo')} className={groupLook}>
                {placesFor(me).map(({ href, label, icon: Icon }) => (
                  <Item key={href} icon={<Icon aria-hidden />} label={t(label)} onSelect={run(() => router.push(href))} />
                ))}
                <Item icon={<Braces aria-hidden />} label={t('playground')} onSelect={run(() => window.location.assign('/graphql'))} />
              </Command.Group>
              <Command.Group heading={t('groupDo')} className={groupLook}>
                {themes
                  .filter((each) => each !== theme)
                  .map((each) => (
                    <Item
                      key={each}
                      icon={<SunMoon aria-hidden />}
                      label={t('useTheme', { name: t(`themeName.${each}`) })}
                      onSelect={run(() => chooseTheme(each))}
                    />
                  ))}
                {locales
                  .filter((each) => each !== locale)
                  .map((each) => (
                    <Item
                      key={each}
                      icon={<Languages aria-hidden />}
                      label={t('useLanguage', { name: t(`languageName.${each}`) })}
                      onSelect={run(() => chooseLocale(each))}
                    />
                  ))}
                <Item icon={<LogOut aria-hidden />} label={t('signOut')} onSelect={run(() => void signOut())} />
              </Command.Group>
              {/* Last: whoever types the name of a page means the page. */}
              {typed.trim() ? (
                <Command.Group forceMount heading={t('groupFind')} className={groupLook}>
                  <Item
                    forceMount
                    icon={<FileSearch aria-hidden />}
                    label={t('findFiles', { query: typed.trim() })}
                    onSelect={run(() => router.push(searchHref({ query: typed.trim() })))}
                  />
                </Command.Group>
              ) : null}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
