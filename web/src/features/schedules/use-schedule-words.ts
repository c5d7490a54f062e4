import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { schedules } from '../../messages/en/schedules'
import { useFailureText } from '../../messages/use-failure-text'
import type { Schedule, ScheduleRun } from './schedule'

type Known = keyof (typeof schedules)['name']
type Problem = keyof (typeof schedules)['problem']

/** What is said about schedules everywhere. */
export function useScheduleWords() {
  const t = useTranslations('schedules')
  const format = useFormat()
  const textOf = useFailureText()
  return useMemo(
    () => ({
      /** Built-in ones have words of ours; others the name that somebody gave them. */
      title: ({ name, title, builtIn }: Pick<Schedule, 'name' | 'title' | 'builtIn'>) =>
        builtIn && Object.hasOwn(schedules.name, name) ? t(`name.${name as Known}`) : title,
      next: (at: string, now: number) => {
        const seconds = (Date.parse(at) - now) / 1_000
        return seconds < 1 ? t('now') : t('in', { time: format.duration(seconds) })
      },
      reason: ({ reason }: Pick<ScheduleRun, 'reason'>) => (reason ? t(`reason.${reason}`) : ''),
      problem: (problem: { code: string; message: string }) =>
        Object.hasOwn(schedules.problem, problem.code)
          ? t(`problem.${problem.code as Problem}`)
          : problem.code === 'INVALID_INPUT'
            ? problem.message
            : textOf(problem),
    }),
    [t, format, textOf],
  )
}
