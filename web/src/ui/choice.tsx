import { clsx } from 'clsx'
import { ChevronDown } from 'lucide-react'
import { type ComponentProps, useId } from 'react'
import { inputLook } from './field'

/** A labelled choice among a few: the system’s own list, which every phone and screen reader knows. */
export function Choice({
  label,
  options,
  className,
  ...select
}: Omit<ComponentProps<'select'>, 'children'> & {
  label: string
  options: readonly { readonly value: string; readonly label: string }[]
}) {
  const id = useId()
  return (
    <div className={clsx('grid gap-1.5', className)}>
      <label htmlFor={id} className="font-medium text-[13px]">
        {label}
      </label>
      <span className="relative block min-w-0">
        <select {...select} id={id} className={clsx(inputLook, 'appearance-none truncate pr-8')}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
        <ChevronDown aria-hidden className="pointer-events-none absolute top-3 right-2.5 size-4 text-ink-soft" />
      </span>
    </div>
  )
}
