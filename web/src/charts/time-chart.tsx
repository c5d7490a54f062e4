'use client'

import { localPoint } from '@visx/event'
import { useParentSize } from '@visx/responsive'
import { scaleLinear } from '@visx/scale'
import { type KeyboardEvent, type PointerEvent, useMemo } from 'react'
import { AreaLine, type ChartColor } from './area-line'
import { Axes } from './axes'
import { type Point, withGaps } from './gaps'

export interface Series {
  label: string
  color: ChartColor
  points: readonly Point[]
}

export interface TimeChartProps {
  /** What is drawn; with `text`, all that a screen reader needs. */
  label: string
  /** Lowest, highest, average in words. */
  text: string
  /** What the cursor stands on, or the newest values, in words. */
  valueText: string
  series: readonly Series[]
  /** The end of the time axis; it begins `span` before. */
  to: number
  span: number
  /** The top of the value axis. */
  top: number
  height: number
  /** Points further apart than this are not joined. */
  longestStep: number
  /** Distance of the cursor from the end, shared by all charts of a page; null without one. */
  cursor: number | null
  onCursor: (back: number | null) => void
  formatValue: (value: number) => string
  formatBack: (milliseconds: number) => string
}

const margin = { top: 6, right: 1, bottom: 20, left: 60 }
const MINUTE = 60_000

/** Lines over time with their axes. The cursor follows the pointer, and the arrow keys when the chart has the focus. */
export function TimeChart(props: TimeChartProps) {
  const { series, to, span, top, height, longestStep, cursor, onCursor, formatValue, formatBack } = props
  const { parentRef, width: outer } = useParentSize({ debounceTime: 50, initialSize: { width: 0, height } })
  const width = Math.max(0, outer - margin.left - margin.right)
  const inner = height - margin.top - margin.bottom

  const x = useMemo(() => scaleLinear<number>({ domain: [to - span, to], range: [0, width] }), [to, span, width])
  const y = useMemo(() => scaleLinear<number>({ domain: [0, top], range: [inner, 0] }), [top, inner])
  const valueTicks = useMemo(() => [0, top / 2, top], [top])
  const timeTicks = useMemo(() => {
    const minutes = Math.round(span / MINUTE)
    const step = width < 320 ? minutes : 1
    const ticks: number[] = []
    for (let minute = minutes; minute >= 0; minute -= step) ticks.push(to - minute * MINUTE)
    return ticks
  }, [to, span, width])
  const lines = useMemo(() => series.map((each) => withGaps(each.points, longestStep)), [series, longestStep])

  const clamp = (back: number) => Math.min(span, Math.max(0, back))
  const onPointerMove = (event: PointerEvent<SVGRectElement>) => {
    const point = localPoint(event)
    if (point && width > 0) onCursor(clamp(to - x.invert(point.x - margin.left)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const from = cursor ?? 0
    const next = {
      ArrowLeft: from + 1_000,
      ArrowRight: from - 1_000,
      PageUp: from - 30_000,
      PageDown: from + 30_000,
      Home: span,
      End: 0,
      Escape: null,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    onCursor(next === null ? null : clamp(next))
  }

  const cursorX = cursor === null ? null : x(to - cursor)
  return (
    <div
      ref={parentRef}
      role="slider"
      tabIndex={0}
      aria-label={props.label}
      aria-description={props.text}
      aria-valuemin={Math.round(-span / 1000)}
      aria-valuemax={0}
      aria-valuenow={Math.round(-(cursor ?? 0) / 1000)}
      aria-valuetext={props.valueText}
      onKeyDown={onKeyDown}
      onBlur={() => onCursor(null)}
      className="relative w-full rounded-sm stale:opacity-60 stale:grayscale"
      style={{ height }}
    >
      {width > 0 ? (
        <svg aria-hidden width={outer} height={height} className="absolute inset-0 block">
          <g transform={`translate(${margin.left},${margin.top})`}>
            <Axes
              x={x}
              y={y}
              width={width}
              height={inner}
              valueTicks={valueTicks}
              formatValue={formatValue}
              timeTicks={timeTicks}
              formatTime={(at) => formatBack(to - at)}
            />
            {lines.map((points, index) => (
              <AreaLine key={series[index]?.label} points={points} color={series[index]?.color ?? 'one'} dashed={index > 0} x={x} y={y} />
            ))}
            {cursorX === null ? null : <line x1={cursorX} x2={cursorX} y1={0} y2={inner} className="stroke-ink-soft" strokeWidth={1} />}
            <rect width={width} height={inner} fill="transparent" onPointerMove={onPointerMove} onPointerLeave={() => onCursor(null)} />
          </g>
        </svg>
      ) : null}
    </div>
  )
}
