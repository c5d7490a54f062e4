'use client'

import { AxisBottom } from '@visx/axis'
import { useParentSize } from '@visx/responsive'
import { scaleLinear } from '@visx/scale'
import { clsx } from 'clsx'
import { useRouter } from 'next/navigation'
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useRef } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { jobHref } from '../jobs/job-line'
import { useJobWords } from '../jobs/use-job-words'
import type { Schedule, ScheduleRun } from './schedule'
import { timeTicks } from './time-ticks'
import { useScheduleWords } from './use-schedule-words'
import { moved, type Stretch, type TimelineData, zoomed } from './use-timeline'

const ROW = 36
const BAR = 16
const AXIS = 28
/** A run of a second is seen among days. */
const LEAST = 4

const fills = {
  QUEUED: 'fill-ink-soft',
  RUNNING: 'fill-info',
  WAITING: 'fill-ink-soft',
  SUCCEEDED: 'fill-good',
  FAILED: 'fill-bad',
  CANCELLED: 'fill-ink-soft',
  INTERRUPTED: 'fill-warn',
} as const

export interface TimelinePictureProps {
  data: TimelineData
  schedules: readonly Schedule[]
  stretch: Stretch
  now: number
  label: string
  onStretch: (change: (stretch: Stretch) => Stretch) => void
  onNow: () => void
}

/** A row for each schedule: bars for what ran, outlines for what will, a line for now. Moved by hand, wheel, and keys. */
export function TimelinePicture({ data, schedules, stretch, now, label, onStretch, onNow }: TimelinePictureProps) {
  const t = useTranslations('schedules')
  const format = useFormat()
  const locale = useLocale()
  const words = useScheduleWords()
  const jobWords = useJobWords()
  const router = useRouter()
  const clip = useId()
  const { parentRef, width } = useParentSize({ debounceTime: 50 })
  const box = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; moved: boolean } | null>(null)
  const narrow = width < 640
  const names = narrow ? 0 : 220
  const wide = Math.max(0, width - names - 16)
  const known = new Map(schedules.map((schedule) => [schedule.name, words.title(schedule)]))
  // Also what is gone and ran then.
  const rows = [...new Set([...known.keys(), ...data.runs.map(({ scheduleName }) => scheduleName)])]
  const rowOf = new Map(rows.map((name, index) => [name, index]))
  const height = rows.length * ROW
  const x = scaleLinear<number>({ domain: [stretch.from, stretch.to], range: [0, wide] })

  // React listens to wheels passively: what is zoomed must not scroll the page as well.
  useEffect(() => {
    const element = box.current
    if (!element) return
    const wheel = (event: WheelEvent) => {
      if (!event.ctrlKey && document.activeElement !== element) return
      event.preventDefault()
      const bounds = element.getBoundingClientRect()
      const around = Math.min(1, Math.max(0, (event.clientX - bounds.left - names) / Math.max(1, wide)))
      if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) onStretch((each) => moved(each, event.deltaX / Math.max(1, wide)))
      else onStretch((each) => zoomed(each, 1.0015 ** event.deltaY, around))
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [names, wide, onStretch])

  const pressed = (event: KeyboardEvent) => {
    const changes = new Map<string, (stretch: Stretch) => Stretch>([
      ['ArrowLeft', (each) => moved(each, -0.1)],
      ['ArrowRight', (each) => moved(each, 0.1)],
      ['+', (each) => zoomed(each, 0.5)],
      ['-', (each) => zoomed(each, 2)],
    ])
    const change = changes.get(event.key)
    if (!change && event.key !== 'Home') return
    event.preventDefault()
    if (change) onStretch(change)
    else onNow()
  }
  const dragged = (event: PointerEvent) => {
    const from = drag.current
    if (!from) return
    const by = event.clientX - from.x
    if (!from.moved && Math.abs(by) < 4) return
    if (!from.moved) event.currentTarget.setPointerCapture(event.pointerId)
    drag.current = { x: event.clientX, moved: true }
    onStretch((each) => moved(each, -by / Math.max(1, wide)))
  }
  const titleOf = (run: ScheduleRun) => {
    const state = run.job ? jobWords.state(run.job) : `${t('skipped')}: ${words.reason(run)}`
    return `${known.get(run.scheduleName) ?? run.scheduleName} · ${state} · ${format.moment(Date.parse(run.job?.startedAt ?? run.at))}`
  }
  return (
    <div ref={parentRef} className="w-full">
      {/* biome-ignore lint/a11y/useSemanticElements: no element of HTML is a picture that is moved by keys */}
      <div
        ref={box}
        role="group"
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what is moved by keys must be reachable by them
        tabIndex={0}
        onKeyDown={pressed}
        onPointerDown={(event) => {
          if (event.button === 0) drag.current = { x: event.clientX, moved: false }
        }}
        onPointerMove={dragged}
        onPointerUp={() => {
          // After the click that ends it.
          setTimeout(() => {
            drag.current = null
          })
        }}
        onPointerCancel={() => {
          drag.current = null
        }}
        className="cursor-grab touch-pan-y select-none active:cursor-grabbing focus-visible:outline-offset-[-2px]"
      >
        <svg aria-hidden width={width} height={height + AXIS} className="block">
          <clipPath id={clip}>
            <rect width={wide} height={height} />
          </clipPath>
          {rows.map((name, index) => (
            <g key={name} transform={`translate(0 ${index * ROW})`}>
              {index > 0 ? <line x1={0} x2={width} className="stroke-line" shapeRendering="crispEdges" /> : null}
              <text
                x={narrow ? 8 : 20}
                y={narrow ? 11 : ROW / 2 + 4}
                className={narrow ? 'fill-ink-soft text-[10px]' : 'fill-ink text-[13px]'}
              >
                {cut(known.get(name) ?? name, narrow ? 60 : 28)}
              </text>
            </g>
          ))}
          <g transform={`translate(${names} 0)`} clipPath={`url(#${clip})`}>
            {data.coming.map((each) => {
              const start = Date.parse(each.startsAt)
              return (
                <rect
                  key={`${each.scheduleName} ${each.dueAt}`}
                  x={x(start)}
                  y={(rowOf.get(each.scheduleName) ?? 0) * ROW + (narrow ? 15 : (ROW - BAR) / 2)}
                  width={Math.max(LEAST, x(start + (each.expectedSeconds ?? 0) * 1_000) - x(start))}
                  height={BAR}
                  rx={2}
                  className="fill-none stroke-accent"
                  strokeWidth={1.5}
                >
                  <title>{`${known.get(each.scheduleName) ?? each.scheduleName} · ${t('timeline.coming')} · ${format.moment(start)}`}</title>
                </rect>
              )
            })}
            {data.runs.map((run) => {
              const { job } = run
              const start = Date.parse(job?.startedAt ?? run.at)
              const end = job?.endedAt ? Date.parse(job.endedAt) : job?.startedAt ? now : start
              return (
                // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut for the pointer; the table has the same as links
                <rect
                  key={run.id}
                  x={x(start)}
                  y={(rowOf.get(run.scheduleName) ?? 0) * ROW + (narrow ? 15 : (ROW - BAR) / 2)}
                  width={Math.max(LEAST, x(end) - x(start))}
                  height={BAR}
                  rx={2}
                  onClick={() => {
                    if (job && !drag.current?.moved) router.push(jobHref(job.id))
                  }}
                  className={clsx(
                    job ? fills[job.state] : 'fill-surface stroke-warn',
                    job && 'cursor-pointer',
                    job?.state === 'RUNNING' && 'animate-pulse motion-reduce:animate-none',
                  )}
                  {...(job ? {} : { strokeDasharray: '2 2', strokeWidth: 1.5 })}
                >
                  <title>{titleOf(run)}</title>
                </rect>
              )
            })}
            <line x1={x(now)} x2={x(now)} y2={height} className="stroke-bad" strokeWidth={1.5} />
          </g>
          <g transform={`translate(${names} 0)`}>
            <AxisBottom
              top={height}
              scale={x}
              hideTicks
              axisLineClassName="stroke-line"
              tickValues={timeTicks(stretch, Math.max(2, Math.floor(wide / 110)))}
              tickFormat={(value) => tickOf(Number(value), stretch, locale)}
              tickLabelProps={{ className: 'fill-ink-soft text-[11px] figures', textAnchor: 'middle', dy: 2 }}
            />
          </g>
        </svg>
      </div>
    </div>
  )
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text
}

/** Days where days are seen, else times of day. */
function tickOf(at: number, { from, to }: Stretch, locale: string): string {
  const date = new Date(at)
  const midnight = date.getHours() === 0 && date.getMinutes() === 0
  const days = to - from > 5 * 86_400_000
  return new Intl.DateTimeFormat(
    locale,
    days || midnight ? { weekday: 'short', day: 'numeric', month: 'short' } : { timeStyle: 'short' },
  ).format(date)
}
