import { Area, LinePath } from '@visx/shape'
import { memo } from 'react'
import type { Point } from './gaps'

export type ChartColor = 'one' | 'two'

const strokes = { one: 'stroke-chart-1', two: 'stroke-chart-2' } as const
const fills = { one: 'fill-chart-1/14', two: 'fill-chart-2/12' } as const

/** One series: a line and the tint under it, interrupted where nothing was measured. */
export const AreaLine = memo(function AreaLine({
  points,
  color,
  dashed = false,
  x,
  y,
}: {
  points: readonly Point[]
  color: ChartColor
  /** A second sign beside the colour, for those who cannot tell the two apart. */
  dashed?: boolean
  x: (at: number) => number
  y: (value: number) => number
}) {
  const data = points as Point[]
  const defined = (point: Point) => point.value !== null
  const px = (point: Point) => x(point.at)
  const py = (point: Point) => y(point.value ?? 0)
  return (
    <g>
      <Area data={data} x={px} y0={y(0)} y1={py} defined={defined} className={fills[color]} />
      <LinePath
        data={data}
        x={px}
        y={py}
        defined={defined}
        fill="none"
        strokeWidth={1.5}
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeDasharray={dashed ? '4 3' : undefined}
        className={strokes[color]}
      />
    </g>
  )
})
