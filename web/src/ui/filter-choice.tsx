import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'

export interface FilterOption {
  readonly value: string
  readonly label: string
}

/** A choice above a list: the system's own list, marked while something is chosen. `any` is what it says when nothing is. */
export function FilterChoice({
  label,
  any,
  value,
  options,
  onChange,
  className,
}: {
  label: string
  any: string
  value: string
  options: readonly FilterOption[]
  onChange: (value: string) => void
  className?: string | undefined
}) {
  return (
    <label className={clsx('relative block min-w-0', className)}>
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={clsx(
          'h-9 w-full appearance-none truncate rounded-control border bg-surface pr-8 pl-3 text-sm transition-colors hover:border-ink-soft focus-visible:border-accent focus-visible:outline-offset-0',
          value ? 'border-accent text-accent' : 'border-line-strong text-ink',
        )}
      >
        <option value="">{any}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown aria-hidden className="pointer-events-none absolute top-2.5 right-2.5 size-4 text-ink-soft" />
    </label>
  )
}
