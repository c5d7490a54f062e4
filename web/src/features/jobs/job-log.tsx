'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, Copy, Download } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { Skeleton } from '../../ui/skeleton'
import { sayDone, sayFailed } from '../../ui/toast'
import { isOpen, type JobLine } from './job-line'
import { LogLineRow } from './log-line-row'
import { type LogLine, useJobLog } from './use-job-log'

const LINE_HEIGHT = 22
const MOST_HEIGHT = 448
/** So near to the end counts as being there. */
const NEAR = 24

function textOf(lines: readonly LogLine[]): string {
  return lines.map(({ at, level, message }) => `${at} ${level.padEnd(7)} ${message}\n`).join('')
}

/** What the job says, as it says it: follows the end until somebody scrolls up. */
export function JobLog({ job }: { job: Pick<JobLine, 'id' | 'kind' | 'state'> }) {
  const t = useTranslations('jobs.log')
  const format = useFormat()
  const { lines, ready, error, retry } = useJobLog(job.id)
  const scroller = useRef<HTMLElement>(null)
  const [following, setFollowing] = useState(true)
  const [seen, setSeen] = useState(0)
  const virtualizer = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    getItemKey: (index) => lines[index]?.sequence ?? index,
  })
  const size = virtualizer.getTotalSize()
  useLayoutEffect(() => {
    if (following && size > 0 && scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight
  }, [following, size])
  useEffect(() => {
    if (following) setSeen(lines.length)
  }, [following, lines.length])
  const fresh = lines.length - seen

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(textOf(lines))
      sayDone(t('copied'))
    } catch {
      sayFailed(t('copyFailed'))
    }
  }
  const download = () => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([textOf(lines)], { type: 'text/plain' }))
    link.download = `${job.kind}-${job.id}.log`
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 1_000)
  }
  return (
    <div className="flex min-w-0 flex-col rounded-card border border-line bg-surface shadow-low">
      <header className="flex min-h-12 flex-wrap items-center gap-x-2 gap-y-1 border-line border-b px-5 py-1.5">
        <h2 className="font-medium text-[13px] text-ink-soft">{t('title')}</h2>
        <span className="figures flex-1 text-ink-soft text-xs">
          {lines.length > 0 ? t('lines', { count: lines.length }) : null}
          {isOpen(job) ? ` · ${t('live')}` : null}
        </span>
        {lines.length > 0 ? (
          <>
            <Button look="quiet" size="small" onClick={() => void copy()}>
              <Copy aria-hidden />
              {t('copy')}
            </Button>
            <Button look="quiet" size="small" onClick={download}>
              <Download aria-hidden />
              {t('download')}
            </Button>
          </>
        ) : null}
      </header>
      {error && lines.length === 0 ? (
        <div className="p-4">
          <FailureState error={error} onRetry={retry} />
        </div>
      ) : !ready ? (
        <Skeleton className="m-5 h-24" />
      ) : lines.length === 0 ? (
        <p className="px-5 py-4 text-ink-soft">{isOpen(job) ? t('empty') : t('emptyEnded')}</p>
      ) : (
        <div className="relative">
          <section
            ref={scroller}
            aria-label={t('title')}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            onScroll={({ currentTarget: box }) => setFollowing(box.scrollHeight - box.scrollTop - box.clientHeight < NEAR)}
            style={{ height: Math.min(size + 16, MOST_HEIGHT) }}
            className="max-h-[60dvh] overflow-y-auto overscroll-contain rounded-b-card bg-sunken py-2 focus-visible:outline-offset-0"
          >
            <ol className="relative font-mono text-xs" style={{ height: size }}>
              {virtualizer.getVirtualItems().map(({ index, start, key }) => {
                const line = lines[index]
                if (!line) return null
                const again = line.attempt !== lines[index - 1]?.attempt && line.attempt > 1
                return (
                  <li
                    key={key}
                    ref={virtualizer.measureElement}
                    data-index={index}
                    className="absolute inset-x-0 top-0"
                    style={{ transform: `translateY(${start}px)` }}
                  >
                    {again ? (
                      <p className="px-5 pt-2 pb-1 font-sans text-ink-soft">{t('attempt', { attempt: String(line.attempt) })}</p>
                    ) : null}
                    <LogLineRow line={line} level={t(`level.${line.level}`)} time={format.clock(Date.parse(line.at))} />
                  </li>
                )
              })}
            </ol>
          </section>
          {following ? null : (
            <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
              <Button
                look="primary"
                size="small"
                className="pointer-events-auto rounded-full! shadow-high"
                onClick={() => setFollowing(true)}
              >
                <ArrowDown aria-hidden />
                {fresh > 0 ? t('newLines', { count: fresh }) : t('toEnd')}
              </Button>
            </div>
          )}
        </div>
      )}
    </div>
  )
}
