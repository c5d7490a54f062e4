import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

/** A table that scrolls sideways by itself when the page is too narrow. `label` names it. */
export function Table({ label, className, ...rest }: ComponentProps<'table'> & { label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section aria-label={label} tabIndex={0} className="overflow-x-auto rounded-card border border-line bg-surface shadow-low">
      <table {...rest} className={clsx('w-full border-collapse text-left', className)} />
    </section>
  )
}

export function HeadCell({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={clsx('h-9 whitespace-nowrap border-line border-b px-4 font-medium text-ink-soft text-xs', className)}
    />
  )
}

export function Row({ className, ...rest }: ComponentProps<'tr'>) {
  return <tr {...rest} className={clsx('border-line border-b last:border-0 hover:bg-hover/60', className)} />
}

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={clsx('h-11 whitespace-nowrap px-4', className)} />
}
