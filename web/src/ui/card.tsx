import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** A region of a page with its own heading. */
export function Card({
  title,
  aside,
  className,
  children,
}: {
  title: ReactNode
  aside?: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <section className={clsx('flex min-w-0 flex-col rounded-card border border-line bg-surface p-5 shadow-low', className)}>
      <header className="flex min-h-6 items-center gap-3">
        <h2 className="min-w-0 flex-1 truncate font-medium text-[13px] text-ink-soft">{title}</h2>
        {aside}
      </header>
      {children}
    </section>
  )
}
