import { Suspense } from 'react'
import { ProfilePage } from '../../../features/profile/profile-page'

export default function Page() {
  return (
    <Suspense fallback={null}>
      <ProfilePage />
    </Suspense>
  )
}
