import { clsx } from 'clsx'
import { CircleAlert } from 'lucide-react'
import { type ComponentProps, type ReactNode, useId } from 'react'

export const inputLook =
  'h-10 w-full rounded-control border border-line-strong bg-surface px-3 text-[15px] text-ink placeholder:text-ink-soft transition-colors hover:border-ink-soft focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-bad'

export type FieldProps = Omit<ComponentProps<'input'>, 'children'> & {
  label: string
  hint?: ReactNode
  /** Said at the field, and announced. */
  error?: string | undefined
  /** Stands at the end of the input, inside its border. */
  end?: ReactNode
}

/** A labelled input with its hint and its error. Spread react-hook-form's `register(…)` into it. */
export function Field({ label, hint, error, end, className, id, ...input }: FieldProps) {
  const own = useId()
  const inputId = id ?? own
  const hintId = `${inputId}-hint`
  const errorId = `${inputId}-error`
  return (
    <div className={clsx('grid gap-1.5', className)}>
      <label htmlFor={inputId} className="font-medium text-[13px]">
        {label}
      </label>
      <div className="relative">
        <input
          {...input}
          id={inputId}
          aria-invalid={error ? true : undefined}
          aria-describedby={error ? errorId : hint ? hintId : undefined}
          className={clsx(inputLook, end && 'pr-11')}
        />
        {end ? <div className="absolute inset-y-0 right-0.5 flex items-center">{end}</div> : null}
      </div>
      {hint && !error ? (
        <p id={hintId} className="text-[13px] text-ink-soft">
          {hint}
        </p>
      ) : null}
      <FieldError id={errorId} message={error} />
    </div>
  )
}

function FieldError({ id, message }: { id: string; message: string | undefined }) {
  return (
    <p id={id} role="alert" className={clsx('flex items-start gap-1.5 text-[13px] text-bad', !message && 'hidden')}>
      {message ? (
        <>
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {message}
        </>
      ) : null}
    </p>
  )
}
