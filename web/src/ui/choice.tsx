import { clsx } from 'clsx'
import { type ComponentProps, useId } from 'react'
import { inputLook } from './field'

/** A labelled choice among a few: the system’s own list, which every phone and screen reader knows. `quiet` hides the label from eyes. */
export function Choice({
  label,
  options,
  quiet = false,
  className,
  ...select
}: Omit<ComponentProps<'select'>, 'children'> & {
  label: string
  options: readonly { readonly value: string; readonly label: string }[]
  quiet?: boolean
}) {
  const id = useId()
  return (
    <div className={clsx('grid gap-1.5', className)}>
      <label htmlFor={id} className={clsx('font-medium text-[13px]', quiet && 'sr-only')}>
        {label}
      </label>
      <select {...select} id={id} className={inputLook}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
