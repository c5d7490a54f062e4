import { IntegrityPage } from '../../../../features/integrity/integrity-page'

export default function Page() {
  return <IntegrityPage />
}
