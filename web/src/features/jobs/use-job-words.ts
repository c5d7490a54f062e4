import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { jobs } from '../../messages/en/jobs'
import { useFailureText } from '../../messages/use-failure-text'
import type { JobLine } from './job-line'

type Kind = keyof (typeof jobs)['kind']
type Problem = keyof (typeof jobs)['problem']
type Advice = keyof (typeof jobs)['advice']
type Progress = NonNullable<JobLine['progress']>

/** What is said about jobs everywhere. A kind or code without words of its own is named as it is. */
export function useJobWords() {
  const t = useTranslations('jobs')
  const format = useFormat()
  const textOf = useFailureText()
  return useMemo(() => {
    const kind = (name: string) => (Object.hasOwn(jobs.kind, name) ? t(`kind.${name as Kind}`) : name.replaceAll('_', ' '))
    const amount = (value: number, unit: Progress['unit']) =>
      unit === 'BYTES' ? format.bytes(value) : t(`progress.${unit}`, { count: value })
    return {
      kind,
      /** Kind and what it is about, as one name. */
      name: ({ kind: own, subject }: Pick<JobLine, 'kind' | 'subject'>) => (subject ? `${kind(own)}: ${subject}` : kind(own)),
      state: ({ state, cancelRequestedAt }: Pick<JobLine, 'state' | 'cancelRequestedAt'>) =>
        state === 'RUNNING' && cancelRequestedAt ? t('state.stopping') : t(`state.${state}`),
      who: ({ actorId, actorName, scheduleName }: Pick<JobLine, 'actorId' | 'actorName' | 'scheduleName'>) =>
        scheduleName ? t('bySchedule', { name: scheduleName }) : actorId === null ? t('system') : actorName,
      /** "1.2 GB of 4 GB". */
      done: ({ done, total, unit }: Progress) =>
        total === null
          ? amount(done, unit)
          : t('progress.of', { done: unit === 'BYTES' ? format.bytes(done) : format.number(done), total: amount(total, unit) }),
      rate: ({ unit, unitsPerSecond }: Progress) =>
        unitsPerSecond === null
          ? null
          : unit === 'BYTES'
            ? format.rate(unitsPerSecond)
            : t('progress.perSecond', { rate: format.number(unitsPerSecond, unitsPerSecond < 10 ? 1 : 0) }),
      left: ({ etaSeconds }: Progress) => (etaSeconds === null ? null : t('progress.left', { time: format.duration(etaSeconds) })),
      /** Why it failed, and what can be done: in our words where there are some, else in the server's. */
      failure: (error: NonNullable<JobLine['error']>) =>
        Object.hasOwn(jobs.advice, error.code)
          ? { reason: t(`advice.${error.code as Advice}`), advice: null }
          : { reason: textOf(error), advice: t('advice.other') },
      /** Our words for a refusal that only jobs know; null for all others. */
      problem: (code: string) => (Object.hasOwn(jobs.problem, code) ? t(`problem.${code as Problem}`) : null),
    }
  }, [t, format, textOf])
}
