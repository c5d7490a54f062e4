import { Suspense } from 'react'
import { SchedulePage } from '../../../../features/schedules/schedule-page'

export default function Page() {
  return (
    <Suspense>
      <SchedulePage />
    </Suspense>
  )
}
