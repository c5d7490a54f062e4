'use client'

import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { Card } from '../../ui/card'
import { RelativeTime } from '../../ui/relative-time'
import { secondsOf } from './job-line'
import type { JobWhole } from './use-job'
import { useJobWords } from './use-job-words'
import { Pair } from './value-list'

/** Who, when, how often, and what it must have for itself. */
export function JobFacts({ job }: { job: JobWhole }) {
  const t = useTranslations('jobs.detail')
  const format = useFormat()
  const words = useJobWords()
  const now = useNow(1_000, job.state === 'RUNNING')
  const seconds = secondsOf(job, now)
  const moments = [
    ['due', job.dueAt],
    ['asked', job.createdAt],
    ['started', job.startedAt],
    ['ended', job.endedAt],
  ] as const
  return (
    <Card title={t('about')}>
      <dl className="mt-3 grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-2 text-[13px]">
        <Pair name={t('startedBy')}>
          {words.who(job)}
          {job.scheduleName && job.actorId ? <span className="text-ink-soft"> · {job.actorName}</span> : null}
        </Pair>
        {moments.map(([name, at]) =>
          at ? (
            <Pair key={name} name={t(name)}>
              <RelativeTime at={at} /> <span className="text-ink-soft text-xs">{format.moment(Date.parse(at))}</span>
            </Pair>
          ) : null,
        )}
        {seconds === null ? null : <Pair name={t('duration')}>{format.duration(seconds)}</Pair>}
        <Pair name={t('attempts')}>{t('attemptsOf', { attempts: String(job.attempts), most: String(job.maxAttempts) })}</Pair>
        {job.cancelledByName ? <Pair name={t('cancelledBy')}>{job.cancelledByName}</Pair> : null}
        {job.locks.length > 0 ? (
          <Pair name={t('locks')}>
            <ul className="grid gap-1">
              {job.locks.map((lock) => (
                <li key={lock.name}>
                  <LockName name={lock.name} />{' '}
                  <span className="text-ink-soft text-xs">({lock.exclusive ? t('lockAlone') : t('lockShared')})</span>
                </li>
              ))}
            </ul>
          </Pair>
        ) : null}
        <Pair name={t('id')}>
          <code className="select-all break-all font-mono text-xs">{job.id}</code>
        </Pair>
      </dl>
    </Card>
  )
}

function LockName({ name }: { name: string }) {
  const t = useTranslations('jobs.detail')
  const words = useJobWords()
  const [, domain, rest] = /^(files|array|disk):(.+)$/.exec(name) ?? []
  return domain && rest ? t(`lock.${domain as 'files' | 'array' | 'disk'}`, { name: rest }) : words.kind(name)
}
