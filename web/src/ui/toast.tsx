'use client'

import Link from 'next/link'
import { toast } from 'sonner'

/** A thing that happened, or did not. Results that matter for longer belong on the page. */
export function sayDone(message: string) {
  toast.success(message)
}

/** A thing that happened and can be taken back for a while. Returns how to take the offer away. */
export function sayDoneWithUndo(message: string, { label, undo }: { label: string; undo: () => void }): () => void {
  const id = toast.success(message, { duration: 10_000, action: { label, onClick: undo } })
  return () => toast.dismiss(id)
}

export function sayFailed(message: string, description?: string) {
  toast.error(message, { duration: 8_000, ...(description ? { description } : {}) })
}

/** A thing that happened, with a way to where it can be seen. */
export function sayDoneWithLink(message: string, { label, href }: { label: string; href: string }) {
  toast.success(message, {
    action: (
      <Link href={href} prefetch={false} className="ml-auto whitespace-nowrap font-medium text-accent underline-offset-4 hover:underline">
        {label}
      </Link>
    ),
  })
}
