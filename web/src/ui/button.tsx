import { clsx } from 'clsx'
import { LoaderCircle } from 'lucide-react'
import type { ComponentProps } from 'react'

const looks = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong shadow-low',
  secondary: 'bg-surface text-ink border border-line hover:bg-hover shadow-low',
  quiet: 'text-ink-soft hover:bg-hover hover:text-ink',
  danger: 'bg-bad text-canvas hover:opacity-90 shadow-low',
} as const

const sizes = {
  small: 'h-8 px-2.5 gap-1.5 text-[13px]',
  normal: 'h-9 px-3.5 gap-2',
  large: 'h-11 px-5 gap-2 text-[15px]',
  icon: 'size-9 shrink-0',
} as const

export type ButtonProps = ComponentProps<'button'> & {
  look?: keyof typeof looks
  size?: keyof typeof sizes
  /** Being done: keeps its place and its focus, refuses a second press. */
  pending?: boolean
}

/** An icon button (`size="icon"`) needs an `aria-label`. */
export function Button({ look = 'secondary', size = 'normal', pending = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      aria-busy={pending || undefined}
      aria-disabled={pending || rest['aria-disabled']}
      onClick={(event) => {
        if (pending) event.preventDefault()
        else onClick?.(event)
      }}
      className={clsx(
        'inline-flex select-none items-center justify-center whitespace-nowrap rounded-control font-medium transition-colors disabled:opacity-50 [&_svg]:size-4 [&_svg]:shrink-0',
        looks[look],
        sizes[size],
        className,
      )}
    >
      {pending ? <LoaderCircle aria-hidden className="animate-spin" /> : null}
      {children}
    </button>
  )
}
