import { clsx } from 'clsx'

const fills = { accent: 'fill-accent', good: 'fill-good', warn: 'fill-warn', bad: 'fill-bad', info: 'fill-info' } as const

/** A part of a whole. An SVG, because a width in a style attribute would not survive the page's policy when exported. */
export function Meter({
  value,
  max = 100,
  label,
  valueText,
  tone = 'accent',
  progress = false,
  className,
}: {
  value: number
  max?: number
  label: string
  valueText: string
  tone?: keyof typeof fills
  /** Work being done, not a quantity. */
  progress?: boolean
  className?: string
}) {
  const part = max > 0 ? Math.min(100, Math.max(0, (value / max) * 100)) : 0
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles this element can have are ranges
    <svg
      role={progress ? 'progressbar' : 'meter'}
      aria-label={label}
      aria-valuenow={Math.round(part)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={valueText}
      className={clsx('block h-2 w-full overflow-hidden rounded-full', className)}
      preserveAspectRatio="none"
      viewBox="0 0 100 1"
    >
      <rect width="100" height="1" className="fill-hover" />
      <rect width={part} height="1" className={clsx(fills[tone], 'transition-[width]')} />
    </svg>
  )
}
