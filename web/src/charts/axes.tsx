import { AxisBottom, AxisLeft } from '@visx/axis'
import type { scaleLinear } from '@visx/scale'
import { memo } from 'react'

type Linear = ReturnType<typeof scaleLinear<number>>

const labelLook = 'fill-ink-soft text-[11px] figures'

/** Time below in whole minutes before now, values at the left with their unit; lines only where a value is labelled. */
export const Axes = memo(function Axes({
  x,
  y,
  width,
  height,
  valueTicks,
  formatValue,
  timeTicks,
  formatTime,
}: {
  x: Linear
  y: Linear
  width: number
  height: number
  valueTicks: number[]
  formatValue: (value: number) => string
  timeTicks: number[]
  formatTime: (at: number) => string
}) {
  const last = timeTicks.length - 1
  return (
    <g aria-hidden>
      {valueTicks.map((value) => (
        <line
          key={value}
          x1={0}
          x2={width}
          y1={y(value)}
          y2={y(value)}
          className="stroke-line"
          strokeWidth={1}
          shapeRendering="crispEdges"
        />
      ))}
      <AxisLeft
        scale={y}
        hideAxisLine
        hideTicks
        tickValues={valueTicks}
        tickFormat={(value) => formatValue(Number(value))}
        tickLabelProps={{ className: labelLook, textAnchor: 'end', dx: -2, dy: 4 }}
      />
      <AxisBottom
        top={height}
        scale={x}
        hideAxisLine
        hideTicks
        tickValues={timeTicks}
        tickFormat={(at) => formatTime(Number(at))}
        tickLabelProps={(_value, index) => ({
          className: labelLook,
          textAnchor: index === 0 ? 'start' : index === last ? 'end' : 'middle',
          dy: 2,
        })}
      />
    </g>
  )
})
