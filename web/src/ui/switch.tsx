import { clsx } from 'clsx'

/** On or off, at once. `label` says what is on. */
export function Switch({
  label,
  on,
  pending = false,
  onChange,
}: {
  label: string
  on: boolean
  pending?: boolean
  onChange: (on: boolean) => void
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-busy={pending || undefined}
      onClick={() => {
        if (!pending) onChange(!on)
      }}
      className={clsx(
        'relative h-6 w-10 shrink-0 rounded-full border transition-colors',
        on ? 'border-accent bg-accent' : 'border-line-strong bg-hover',
        pending && 'opacity-60',
      )}
    >
      <span
        aria-hidden
        className={clsx(
          'absolute top-[3px] left-[3px] size-4 rounded-full transition-transform',
          on ? 'translate-x-4 bg-on-accent' : 'bg-line-strong',
        )}
      />
    </button>
  )
}
