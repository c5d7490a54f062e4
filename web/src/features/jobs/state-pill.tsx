'use client'

import { clsx } from 'clsx'
import { Ban, CircleAlert, CircleCheck, Clock, Hourglass, LoaderCircle, type LucideIcon, Unplug } from 'lucide-react'
import type { JobState } from '../../graphql/generated/graphql'
import { Pill, type Tone } from '../../ui/pill'
import type { JobLine } from './job-line'
import { useJobWords } from './use-job-words'

const looks: Readonly<Record<JobState, { tone: Tone; icon: LucideIcon; ink: string }>> = {
  QUEUED: { tone: 'neutral', icon: Clock, ink: 'text-ink-soft' },
  RUNNING: { tone: 'info', icon: LoaderCircle, ink: 'text-info' },
  WAITING: { tone: 'neutral', icon: Hourglass, ink: 'text-ink-soft' },
  SUCCEEDED: { tone: 'good', icon: CircleCheck, ink: 'text-good' },
  FAILED: { tone: 'bad', icon: CircleAlert, ink: 'text-bad' },
  CANCELLED: { tone: 'neutral', icon: Ban, ink: 'text-ink-soft' },
  INTERRUPTED: { tone: 'warn', icon: Unplug, ink: 'text-warn' },
}

type Stated = Pick<JobLine, 'state' | 'cancelRequestedAt'>

/** A job's state: icon and word. */
export function StatePill({ job }: { job: Stated }) {
  const words = useJobWords()
  const { tone, icon } = looks[job.state]
  return (
    <Pill
      tone={tone}
      icon={icon}
      {...(job.state === 'RUNNING' ? { className: '[&_svg]:animate-spin motion-reduce:[&_svg]:animate-none' } : {})}
    >
      {words.state(job)}
    </Pill>
  )
}

/** The same where there is room for the icon only; its word is for who does not see it. `silent` where the word stands beside it. */
export function StateIcon({ job, silent = false, className }: { job: Stated; silent?: boolean; className?: string }) {
  const words = useJobWords()
  const { icon: Icon, ink } = looks[job.state]
  return (
    <>
      <Icon
        aria-hidden
        className={clsx('size-4 shrink-0', ink, job.state === 'RUNNING' && 'animate-spin motion-reduce:animate-none', className)}
      />
      {silent ? null : <span className="sr-only">{words.state(job)}</span>}
    </>
  )
}
