import { Suspense } from 'react'
import { PeoplePage } from '../../../features/users/people-page'

export default function Page() {
  return (
    <Suspense>
      <PeoplePage />
    </Suspense>
  )
}
