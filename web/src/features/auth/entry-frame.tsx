'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Wordmark } from '../../ui/wordmark'
import { AppearanceMenu } from '../shell/appearance-menu'

/** The page around setup and sign-in. */
export function EntryFrame({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const t = useTranslations('auth')
  return (
    <div className="grid min-h-dvh grid-rows-[auto_1fr_auto]">
      <header className="flex h-14 items-center justify-between px-4 sm:px-6">
        <Wordmark />
        <AppearanceMenu />
      </header>
      <main id="content" className="mx-auto w-full max-w-[26rem] px-4 pt-[8vh] sm:px-0">
        <h1 className="font-semibold text-2xl tracking-[-0.015em]">{title}</h1>
        {lead ? <p className="mt-1.5 text-ink-soft">{lead}</p> : null}
        <div className="mt-6 rounded-card border border-line bg-surface p-5 shadow-low sm:p-6">{children}</div>
      </main>
      <footer className="px-4 py-5 text-[13px] text-ink-soft sm:px-6">{t('tagline')}</footer>
    </div>
  )
}
