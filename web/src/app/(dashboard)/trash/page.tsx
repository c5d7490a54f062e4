import { Suspense } from 'react'
import { TrashPage } from '../../../features/trash/trash-page'

export default function Page() {
  return (
    <Suspense fallback={null}>
      <TrashPage />
    </Suspense>
  )
}
