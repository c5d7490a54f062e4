import { useSyncExternalStore } from 'react'
import { RAIL_KEY, THEME_KEY } from './first-paint'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const listeners = new Set<() => void>()

export function readTheme(): Theme {
  const stored = localStorage.getItem(THEME_KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}

function apply() {
  const theme = readTheme()
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light'
}

export function chooseTheme(theme: Theme) {
  if (theme === 'system') localStorage.removeItem(THEME_KEY)
  else localStorage.setItem(THEME_KEY, theme)
  apply()
  for (const listener of listeners) listener()
}

function watchTheme(listener: () => void) {
  listeners.add(listener)
  // Chosen in another tab.
  const onStorage = () => {
    apply()
    listener()
  }
  window.addEventListener('storage', onStorage)
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', apply)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', onStorage)
    system.removeEventListener('change', apply)
  }
}

export function useTheme(): Theme {
  return useSyncExternalStore(watchTheme, readTheme, () => 'system')
}

export function setRailNarrow(narrow: boolean) {
  const root = document.documentElement
  if (narrow) root.dataset['rail'] = 'narrow'
  else delete root.dataset['rail']
  localStorage.setItem(RAIL_KEY, narrow ? 'narrow' : 'wide')
  for (const listener of listeners) listener()
}

export function useRailNarrow(): boolean {
  return useSyncExternalStore(
    watchTheme,
    () => document.documentElement.dataset['rail'] === 'narrow',
    () => false,
  )
}
