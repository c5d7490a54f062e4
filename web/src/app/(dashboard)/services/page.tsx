import { ServicesPage } from '../../../features/health/services-page'

export default function Page() {
  return <ServicesPage />
}
