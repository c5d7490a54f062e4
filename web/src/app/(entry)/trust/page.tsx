import { TrustPage } from '../../../features/trust/trust-page'

export default function Trust() {
  return <TrustPage />
}
