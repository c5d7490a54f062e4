'use client'

import { LayoutGrid, List } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { chooseView, type View } from './view'

/** Rows or tiles: shows what a click would bring. */
export function ViewSwitch({ view }: { view: View }) {
  const t = useTranslations('files')
  const other = view === 'list' ? 'tiles' : 'list'
  const Icon = other === 'tiles' ? LayoutGrid : List
  return (
    <button
      type="button"
      aria-label={t(`show.${other}`)}
      title={t(`show.${other}`)}
      onClick={() => chooseView(other)}
      className="grid size-9 shrink-0 place-items-center rounded-control text-ink-soft hover:bg-hover hover:text-ink max-sm:size-11"
    >
      <Icon aria-hidden className="size-4" />
    </button>
  )
}
