'use client'

import { lazy, Suspense } from 'react'

const UploadsPill = lazy(async () => ({ default: (await import('../files/upload/uploads-pill')).UploadsPill }))
const JobsPill = lazy(async () => ({ default: (await import('../jobs/jobs-pill')).JobsPill }))

/**
 * Live pills in the top bar: one line per feature (uploads, jobs, alerts), each with its own tray. They live as long as the
 * shell, so what they hold survives moving between pages.
 */
export function TopBarPills() {
  return (
    <Suspense fallback={null}>
      <UploadsPill />
      <JobsPill />
    </Suspense>
  )
}
