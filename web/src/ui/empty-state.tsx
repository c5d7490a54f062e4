import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Nothing here yet: says what will be here and offers the first step. */
export function EmptyState({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="late grid max-w-xl justify-items-start gap-3 rounded-card border border-line border-dashed p-6 sm:p-8">
      <span className="grid size-10 place-items-center rounded-[10px] bg-accent-soft text-accent">
        <Icon aria-hidden className="size-5" />
      </span>
      <h2 className="font-semibold text-base">{title}</h2>
      {children ? <div className="grid gap-2 text-ink-soft">{children}</div> : null}
      {action ? <div className="mt-1">{action}</div> : null}
    </div>
  )
}
