import { useSyncExternalStore } from 'react'
import { LOCALE_KEY } from '../ui/first-paint'

export const locales = ['en', 'de'] as const
export type Locale = (typeof locales)[number]

const listeners = new Set<() => void>()

function isLocale(value: unknown): value is Locale {
  return locales.some((each) => each === value)
}

/** The reader's choice, else the first language of the browser that we speak, else English. */
export function readLocale(): Locale {
  const chosen = localStorage.getItem(LOCALE_KEY)
  if (isLocale(chosen)) return chosen
  for (const language of navigator.languages) {
    const base = language.slice(0, 2).toLowerCase()
    if (isLocale(base)) return base
  }
  return 'en'
}

/** The language as it is written where the reader lives: dates of "en" alone are those of the United States. */
export function withRegion(locale: Locale): string {
  return navigator.languages.find((each) => each.toLowerCase().startsWith(`${locale}-`)) ?? locale
}

export function chooseLocale(locale: Locale) {
  localStorage.setItem(LOCALE_KEY, locale)
  document.documentElement.lang = locale
  for (const listener of listeners) listener()
}

function watch(listener: () => void) {
  listeners.add(listener)
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** Null in the exported HTML: which language the reader wants is only known in the browser. */
export function useChosenLocale(): Locale | null {
  return useSyncExternalStore(watch, readLocale, () => null)
}
