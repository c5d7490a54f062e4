'use client'

import { toast } from 'sonner'

/** A thing that happened, or did not. Results that matter for longer belong on the page. */
export function sayDone(message: string) {
  toast.success(message)
}

export function sayFailed(message: string, description?: string) {
  toast.error(message, { duration: 8_000, ...(description ? { description } : {}) })
}
