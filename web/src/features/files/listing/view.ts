import { useSyncExternalStore } from 'react'

export type View = 'list' | 'tiles'

const KEY = 'baluhost.files.view'
const listeners = new Set<() => void>()

function readView(): View {
  return localStorage.getItem(KEY) === 'tiles' ? 'tiles' : 'list'
}

/** Kept in this browser, for every folder. */
export function chooseView(view: View) {
  localStorage.setItem(KEY, view)
  for (const listener of listeners) listener()
}

function watch(listener: () => void) {
  listeners.add(listener)
  // Chosen in another tab.
  window.addEventListener('storage', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('storage', listener)
  }
}

/** How folders are shown: a row for each entry, or pictures side by side. */
export function useView(): View {
  return useSyncExternalStore(watch, readView, () => 'list')
}
