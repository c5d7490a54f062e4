'use client'

import { clsx } from 'clsx'
import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Skeleton } from '../../../ui/skeleton'
import { compareTexts, type DiffPart } from './compare-texts'
import type { Version } from './use-versions'

/** Bytes of a text that is compared. */
export const mostCompared = 1_000_000
/** More lines than that nobody reads here. */
const mostLines = 3_000

const looks = { same: '', removed: 'bg-bad-soft', added: 'bg-good-soft' } as const
const signs = { same: ' ', removed: '−', added: '+' } as const

type Outcome = { readonly parts: readonly DiffPart[] | null } | 'failed' | null

/** What differs between a version and the file as it is now, line by line. */
export function Comparison({ version, currentUrl }: { version: Version; currentUrl: string }) {
  const t = useTranslations('versions')
  const { number, downloadUrl } = version
  const [outcome, setOutcome] = useState<Outcome>(null)

  useEffect(() => {
    const abort = new AbortController()
    const read = async (url: string) => {
      const response = await fetch(url, { signal: abort.signal })
      if (!response.ok) throw new Error(String(response.status))
      return response.text()
    }
    Promise.all([read(downloadUrl), read(currentUrl)])
      .then(([older, newer]) => setOutcome({ parts: compareTexts(older, newer) }))
      .catch(() => {
        if (!abort.signal.aborted) setOutcome('failed')
      })
    return () => abort.abort()
  }, [downloadUrl, currentUrl])

  if (outcome === null) return <Skeleton className="h-64 rounded-card!" />
  if (outcome === 'failed') return <p role="alert">{t('notReadable')}</p>
  if (outcome.parts === null) return <p role="status">{t('tooDifferent')}</p>
  if (outcome.parts.length === 0) return <p role="status">{t('same')}</p>
  const shown = cut(outcome.parts)
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-3">
      <p className="flex flex-wrap gap-x-6 gap-y-1 text-[13px]">
        <span className={clsx('rounded px-1.5', looks.removed)}>
          {signs.removed} {t('removed', { number })}
        </span>
        <span className={clsx('rounded px-1.5', looks.added)}>
          {signs.added} {t('added')}
        </span>
      </p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label={t('comparing', { number })}
        className="max-h-[58dvh] overflow-auto rounded-control border border-line"
      >
        {shown.map(({ line, lines }) => (
          <div key={line} className="w-max min-w-full">
            <p className="bg-sunken px-3 py-1 text-ink-soft text-xs">{t('hunk', { line })}</p>
            <pre className="font-mono text-[13px] leading-5">
              {lines.map(({ kind, text }, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: lines have nothing else to be told apart by, and do not move
                <div key={index} className={clsx('px-3', looks[kind])}>
                  <span className="mr-2 inline-block w-3 select-none">{signs[kind]}</span>
                  {kind === 'removed' ? (
                    <del className="no-underline">{text}</del>
                  ) : kind === 'added' ? (
                    <ins className="no-underline">{text}</ins>
                  ) : (
                    text
                  )}
                </div>
              ))}
            </pre>
          </div>
        ))}
      </section>
      {shown === outcome.parts ? null : <p className="text-[13px] text-ink-soft">{t('cut', { count: mostLines })}</p>}
    </div>
  )
}

function cut(parts: readonly DiffPart[]): readonly DiffPart[] {
  let left = mostLines
  const shown: DiffPart[] = []
  for (const part of parts) {
    if (left <= 0) return shown
    shown.push(part.lines.length > left ? { ...part, lines: part.lines.slice(0, left) } : part)
    left -= part.lines.length
  }
  return left < 0 ? shown : parts
}
