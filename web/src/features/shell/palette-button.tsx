'use client'

import { Search } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useIdlePreload } from '../../ui/use-idle-preload'

const load = async () => ({ default: (await import('./palette')).Palette })
const Palette = lazy(load)

const isMac = () => /mac|iphone|ipad/i.test(navigator.platform)

/** Opens the palette, by Ctrl/⌘-K from everywhere. What it needs is loaded with its first opening. */
export function PaletteButton() {
  const t = useTranslations('shell')
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  useIdlePreload(load)

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return
      event.preventDefault()
      setWanted(true)
      setOpen((was) => !was)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])

  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => {
          setWanted(true)
          setOpen(true)
        }}
        className="flex h-9 items-center gap-2.5 rounded-control border border-transparent px-2.5 text-ink-soft transition-colors hover:border-line-strong hover:text-ink sm:w-72 sm:border-line sm:bg-surface"
      >
        <Search aria-hidden className="size-4 shrink-0" />
        <span className="flex-1 text-left max-sm:sr-only">{t('search')}</span>
        <kbd aria-hidden className="font-sans text-xs max-sm:hidden">
          {isMac() ? '⌘K' : 'Ctrl K'}
        </kbd>
      </button>
      {wanted ? (
        <Suspense fallback={null}>
          <Palette open={open} onOpenChange={setOpen} />
        </Suspense>
      ) : null}
    </>
  )
}
