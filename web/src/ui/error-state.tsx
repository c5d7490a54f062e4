import { CircleAlert, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Something did not work: what, what to do, and what to quote when asking for help. */
export function ErrorState({
  icon: Icon = CircleAlert,
  title,
  heading: Heading = 'h2',
  message,
  details,
  action,
}: {
  icon?: LucideIcon
  title: string
  /** 'h1' where it stands in place of a whole page. */
  heading?: 'h1' | 'h2'
  message: string
  /** Code and request id, small. */
  details?: string | undefined
  action?: ReactNode
}) {
  return (
    <div role="alert" className="grid max-w-xl justify-items-start gap-3 rounded-card border border-line bg-surface p-6">
      <span className="grid size-10 place-items-center rounded-[10px] bg-bad-soft text-bad">
        <Icon aria-hidden className="size-5" />
      </span>
      <Heading className="font-semibold text-base">{title}</Heading>
      <p className="text-ink-soft">{message}</p>
      {action}
      {details ? <p className="select-all font-mono text-ink-soft text-xs">{details}</p> : null}
    </div>
  )
}
