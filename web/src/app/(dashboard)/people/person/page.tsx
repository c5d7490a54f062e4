import { Suspense } from 'react'
import { PersonPage } from '../../../../features/users/person-page'

export default function Page() {
  return (
    <Suspense>
      <PersonPage />
    </Suspense>
  )
}
