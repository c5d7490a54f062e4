'use client'

import { toast } from 'sonner'
import { CopyToast } from './copy-toast'
import { CopyWords } from './copy-words'

export interface BegunCopy {
  jobId: string
  name: string
  /** Where the copy will be. */
  to: string
  isFolder: boolean
}

/** How far a copy is, on whichever page one is, until it has ended and that was read. */
export function showCopy(copy: BegunCopy) {
  toast.custom(
    (id) => (
      <CopyWords>
        <CopyToast copy={copy} onClose={() => toast.dismiss(id)} />
      </CopyWords>
    ),
    { duration: Number.POSITIVE_INFINITY, id: copy.jobId },
  )
}
