'use client'

import { CircleCheck, Hourglass, TriangleAlert } from 'lucide-react'
import * as Popover from 'radix-ui/popover'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ProgressRing } from '../files/upload/progress-ring'
import { JobWords } from './job-words'
import { isAtWork, topJobs } from './top-jobs'
import { useOpenJobs } from './use-jobs'
import { useOutcomes } from './use-outcomes'

const JobsTray = lazy(async () => ({ default: (await import('./jobs-tray')).JobsTray }))
/** What is over sooner than this is not worth a pill that comes and goes. */
const worthShowingMs = 800

/** The jobs that are not over, from every page. Nothing is shown while there are none and none of one's own has just ended. */
export function JobsPill() {
  return (
    <JobWords>
      <Jobs />
    </JobWords>
  )
}

function Jobs() {
  const t = useTranslations('jobs.tray')
  const { rows } = useOpenJobs().window
  const outcomes = useOutcomes()
  const [opened, setOpened] = useState(false)
  const open = topJobs(rows)
  const running = open.filter(isAtWork)
  const some = useLasting(open.length > 0, worthShowingMs)
  if (!some && !opened && outcomes.done + outcomes.failed === 0) return null

  const parts = running.flatMap(({ progress }) => (progress?.percent == null ? [] : [progress.percent / 100]))
  const part = parts.length > 0 ? parts.reduce((sum, each) => sum + each, 0) / parts.length : 0.25
  const words =
    running.length > 0
      ? t('running', { count: running.length })
      : open.length > 0
        ? t('waiting', { count: open.length })
        : outcomes.failed > 0
          ? t('failed', { count: outcomes.failed })
          : t('done', { count: outcomes.done })
  const change = (next: boolean) => {
    setOpened(next)
    // What was seen needs no pill any more.
    if (!next) outcomes.forget()
  }
  return (
    <Popover.Root open={opened} onOpenChange={change}>
      <Popover.Trigger className="flex h-9 items-center gap-2 rounded-full bg-accent-soft px-2.5 font-medium text-[13px] transition-colors hover:bg-hover">
        {running.length > 0 ? (
          <ProgressRing part={part} />
        ) : open.length > 0 ? (
          <Hourglass aria-hidden className="size-4 text-ink-soft" />
        ) : outcomes.failed > 0 ? (
          <TriangleAlert aria-hidden className="size-4 text-bad" />
        ) : (
          <CircleCheck aria-hidden className="size-4 text-good" />
        )}
        <span className="figures max-sm:sr-only">{words}</span>
      </Popover.Trigger>
      <Popover.Portal container={document.getElementById('content')}>
        <Popover.Content
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label={t('title')}
          className="pop-in z-30 flex max-h-[min(70dvh,36rem)] w-[min(27rem,calc(100vw-1rem))] flex-col overflow-hidden rounded-card border border-line bg-surface shadow-high"
        >
          <Suspense fallback={null}>
            <JobsTray open={open} onLeave={() => change(false)} />
          </Suspense>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

/** True once something has been true for so long; false at once. */
function useLasting(value: boolean, ms: number): boolean {
  const [lasting, setLasting] = useState(false)
  useEffect(() => {
    if (!value) return setLasting(false)
    const timer = setTimeout(() => setLasting(true), ms)
    return () => clearTimeout(timer)
  }, [value, ms])
  return lasting && value
}
