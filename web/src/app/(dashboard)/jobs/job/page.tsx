import { Suspense } from 'react'
import { JobPage } from '../../../../features/jobs/job-page'

export default function Page() {
  return (
    <Suspense>
      <JobPage />
    </Suspense>
  )
}
