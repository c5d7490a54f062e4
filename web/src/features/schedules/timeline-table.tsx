'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { jobHref, secondsOf } from '../jobs/job-line'
import { RunState } from './run-state'
import type { Schedule } from './schedule'
import { useScheduleWords } from './use-schedule-words'
import type { TimelineData } from './use-timeline'

const SHOWN = 200

/** The same as the picture, in words: what is to come first, then what was, newest first. */
export function TimelineTable({ data, schedules }: { data: TimelineData; schedules: readonly Schedule[] }) {
  const t = useTranslations('schedules.timeline')
  const format = useFormat()
  const words = useScheduleWords()
  const known = new Map(schedules.map((schedule) => [schedule.name, schedule]))
  const titleOf = (name: string) => {
    const schedule = known.get(name)
    return schedule ? words.title(schedule) : name
  }
  if (data.runs.length + data.coming.length === 0) return <p className="px-5 py-4 text-ink-soft">{t('nothing')}</p>
  const head = (['when', 'what', 'state', 'duration'] as const).map((name) => (
    <th key={name} scope="col" className="h-9 px-5 text-left font-medium text-ink-soft text-xs">
      {t(name)}
    </th>
  ))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={t('title')} tabIndex={0} className="max-h-96 overflow-auto">
      <table className="w-full border-collapse text-[13px]">
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody className="[&_td]:h-9 [&_td]:whitespace-nowrap [&_td]:px-5 [&_tr]:border-line [&_tr]:border-t">
          {data.coming
            .slice(0, SHOWN)
            .reverse()
            .map((each) => (
              <tr key={`${each.scheduleName} ${each.dueAt}`}>
                <td className="figures">{format.moment(Date.parse(each.startsAt))}</td>
                <td>{titleOf(each.scheduleName)}</td>
                <td className="text-ink-soft">{t('coming')}</td>
                <td className="figures text-ink-soft">
                  {each.expectedSeconds === null ? '' : t('expected', { time: format.duration(each.expectedSeconds) })}
                </td>
              </tr>
            ))}
          {data.runs.slice(0, SHOWN).map((run) => {
            const seconds = run.job ? secondsOf(run.job, Date.now()) : null
            return (
              <tr key={run.id}>
                <td className="figures">{format.moment(Date.parse(run.job?.startedAt ?? run.at))}</td>
                <td>
                  {run.job ? (
                    <Link href={jobHref(run.job.id)} prefetch={false} className="hover:underline">
                      {titleOf(run.scheduleName)}
                    </Link>
                  ) : (
                    titleOf(run.scheduleName)
                  )}
                </td>
                <td>
                  <RunState run={run} />
                </td>
                <td className="figures">{seconds === null ? '' : format.duration(seconds)}</td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}
