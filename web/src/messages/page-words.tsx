'use client'

import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { IntlProvider, useLocale, useMessages, useTimeZone } from 'use-intl'
import type { en } from './en'
import type { PageWords } from './page-words.types'

type Name = keyof PageWords
type Plain<T> = { readonly [K in keyof T]: T[K] extends string ? string : Plain<T[K]> }

/**
 * Words that only some pages need: they come with those pages and not with the first. English with the page's own code,
 * German when it is chosen; until it is there `waiting` stands.
 */
export function WithPageWords<K extends Name>({
  name,
  english,
  loadGerman,
  waiting = null,
  children,
}: {
  name: K
  english: PageWords[K]
  /** Must be stable. */
  loadGerman: () => Promise<Plain<PageWords[K]>>
  waiting?: ReactNode
  children: ReactNode
}) {
  const locale = useLocale()
  const timeZone = useTimeZone()
  const messages = useMessages()
  const [german, setGerman] = useState<Plain<PageWords[K]> | null>(null)
  const isGerman = locale.startsWith('de')

  useEffect(() => {
    if (!isGerman) return
    let current = true
    void loadGerman().then((words) => {
      if (current) setGerman(words)
    })
    return () => {
      current = false
    }
  }, [isGerman, loadGerman])

  const words = isGerman ? german : english
  const all = useMemo(() => ({ ...messages, [name]: words }) as unknown as typeof en, [messages, name, words])
  if (!words) return waiting
  return (
    <IntlProvider locale={locale} messages={all} {...(timeZone ? { timeZone } : {})}>
      {children}
    </IntlProvider>
  )
}
