import { ForcedEnrolment } from '../../../features/auth/forced-enrolment'

export default function EnrolPage() {
  return <ForcedEnrolment />
}
