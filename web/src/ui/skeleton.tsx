import { clsx } from 'clsx'

/** The shape of what is coming, shown only when it takes longer than 150 ms. Give it the size of the real thing. */
export function Skeleton({ className }: { className?: string }) {
  return <div aria-hidden className={clsx('skeleton', className)} />
}
