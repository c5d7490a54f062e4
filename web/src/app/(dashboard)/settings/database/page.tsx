import { Suspense } from 'react'
import { TablesPage } from '../../../../features/tables/tables-page'

export default function Page() {
  return (
    <Suspense fallback={null}>
      <TablesPage />
    </Suspense>
  )
}
