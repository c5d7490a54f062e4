import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'

export const tones = {
  neutral: { look: 'bg-hover text-ink-soft', icon: null },
  good: { look: 'bg-good-soft text-good', icon: CircleCheck },
  warn: { look: 'bg-warn-soft text-warn', icon: TriangleAlert },
  bad: { look: 'bg-bad-soft text-bad', icon: CircleAlert },
  info: { look: 'bg-info-soft text-info', icon: Info },
} as const

export type Tone = keyof typeof tones

/** A state in a word, with its icon: colour never speaks alone. */
export function Pill({
  tone = 'neutral',
  icon,
  children,
  className,
}: {
  tone?: Tone
  icon?: LucideIcon
  children: ReactNode
  className?: string
}) {
  const Icon = icon ?? tones[tone].icon
  return (
    <span
      className={clsx(
        'inline-flex h-6 items-center gap-1.5 whitespace-nowrap rounded-full px-2 font-medium text-xs',
        tones[tone].look,
        className,
      )}
    >
      {Icon ? <Icon aria-hidden className="size-3.5 shrink-0" /> : null}
      {children}
    </span>
  )
}
