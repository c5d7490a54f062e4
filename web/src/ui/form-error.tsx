import { CircleAlert } from 'lucide-react'

/** What went wrong with the form as a whole, above its fields. */
export function FormError({ message }: { message: string | undefined }) {
  return (
    <div role="alert" className="empty:absolute">
      {message ? (
        <p className="flex items-start gap-2 rounded-control bg-bad-soft px-3 py-2.5 text-[13px] text-bad">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {message}
        </p>
      ) : null}
    </div>
  )
}
