'use client'

import { clsx } from 'clsx'
import { ArrowUp, ChevronRight } from 'lucide-react'
import type { MouseEvent } from 'react'
import { useTranslations } from 'use-intl'
import { useDocumentTitle } from '../../ui/page-header'
import { joinPath, parentOf, ROOT, segmentsOf } from './path'

/** More steps than this and the middle ones fold into an ellipsis. */
const SHOWN = 4

export function Breadcrumb({ path, hrefOf, onGo }: { path: string; hrefOf: (path: string) => string; onGo: (path: string) => void }) {
  const t = useTranslations('files')
  const names = segmentsOf(path)
  const here = names.at(-1) ?? t('title')
  useDocumentTitle(here)
  const steps = [ROOT, ...names.map((_, depth) => joinPath(ROOT, ...names.slice(0, depth + 1)))].slice(0, -1)
  const folded = steps.length > SHOWN ? steps.slice(1, steps.length - SHOWN + 2) : []
  const follow = (to: string) => (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    onGo(to)
  }
  const stepLook = 'flex h-9 min-w-0 max-w-48 items-center rounded-control px-2 text-ink-soft hover:bg-hover hover:text-ink'
  return (
    <nav aria-label={t('path')} className="flex min-w-0 flex-1 items-center">
      {path === ROOT ? null : (
        <a
          href={hrefOf(parentOf(path))}
          onClick={follow(parentOf(path))}
          aria-label={t('up')}
          className="-ml-2 grid size-11 shrink-0 place-items-center rounded-control text-ink-soft hover:bg-hover hover:text-ink sm:hidden"
        >
          <ArrowUp aria-hidden className="size-5" />
        </a>
      )}
      <ol className={clsx('flex min-w-0 items-center sm:-ml-2', path === ROOT && '-ml-2')}>
        {steps.map((step, depth) =>
          folded.includes(step) && step !== folded.at(-1) ? null : (
            <li key={step} className="flex min-w-0 shrink items-center max-sm:hidden">
              <a href={hrefOf(step)} onClick={follow(step)} title={folded.includes(step) ? step : undefined} className={stepLook}>
                <span className="truncate">{folded.includes(step) ? '…' : depth === 0 ? t('title') : names[depth - 1]}</span>
              </a>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-soft" />
            </li>
          ),
        )}
        <li className="min-w-0 shrink-0 max-sm:shrink">
          <h1 className="max-w-[60vw] truncate px-2 font-semibold text-[19px] leading-9 tracking-[-0.01em] sm:max-w-md">{here}</h1>
        </li>
      </ol>
    </nav>
  )
}
