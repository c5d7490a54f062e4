'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { IntlProvider as UseIntlProvider } from 'use-intl'
import { type Catalogue, loadCatalogue } from './catalogue'
import { en } from './en'
import { type Locale, useChosenLocale, withRegion } from './locale'

/** Shows `boot` (no words) until the reader's language is known and there, then everything in that language. */
export function IntlProvider({ boot, children }: { boot: ReactNode; children: ReactNode }) {
  const locale = useChosenLocale()
  const [loaded, setLoaded] = useState<{ locale: Locale; messages: Catalogue }>({ locale: 'en', messages: en })

  useEffect(() => {
    if (!locale || locale === loaded.locale) return
    let current = true
    void loadCatalogue(locale).then((messages) => {
      if (current) setLoaded({ locale, messages })
    })
    return () => {
      current = false
    }
  }, [locale, loaded.locale])

  const [seen, setSeen] = useState(false)
  const ready = locale !== null && locale === loaded.locale
  useEffect(() => {
    if (ready) setSeen(true)
  }, [ready])

  // While another language is on its way the present one stays: switching must not blank the page.
  if (!ready && !seen) return boot
  return (
    <UseIntlProvider
      locale={withRegion(loaded.locale)}
      messages={loaded.messages as typeof en}
      timeZone={Intl.DateTimeFormat().resolvedOptions().timeZone}
    >
      {children}
    </UseIntlProvider>
  )
}
