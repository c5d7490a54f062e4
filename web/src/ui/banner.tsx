import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { type Tone, tones } from './pill'

/** A line across the page that stays: what is true of everything below it. */
export function Banner({
  tone,
  label,
  action,
  children,
}: {
  tone: Exclude<Tone, 'neutral'>
  label: string
  action?: ReactNode
  children: ReactNode
}) {
  const Icon = tones[tone].icon
  return (
    <section
      aria-label={label}
      className={clsx('flex min-h-10 items-center gap-2.5 px-4 py-2 font-medium text-[13px] sm:px-6', tones[tone].look)}
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="min-w-0 flex-1">{children}</div>
      {action}
    </section>
  )
}
