/** A column for each of a few values from 0 to 100, side by side; `label` says them all. */
export function ColumnStrip({ values, label, height = 20 }: { values: readonly number[]; label: string; height?: number }) {
  const gap = values.length > 32 ? 1 : 2
  const column = values.length > 32 ? 2 : values.length > 16 ? 4 : 6
  const width = values.length * (column + gap) - gap
  return (
    <svg role="img" aria-label={label} width={Math.max(1, width)} height={height} className="block shrink-0 stale:grayscale">
      {values.map((value, index) => {
        const filled = Math.max(1, (Math.min(100, value) / 100) * height)
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a core has no name but its number
          <g key={index} transform={`translate(${index * (column + gap)},0)`}>
            <rect width={column} height={height} rx={1} className="fill-hover" />
            <rect y={height - filled} width={column} height={filled} rx={1} className="fill-chart-1" />
          </g>
        )
      })}
    </svg>
  )
}
