import { Suspense } from 'react'
import { SchedulesPage } from '../../../../features/schedules/schedules-page'

export default function Page() {
  return (
    <Suspense>
      <SchedulesPage />
    </Suspense>
  )
}
