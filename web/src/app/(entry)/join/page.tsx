import { Join } from '../../../features/users/join'

export default function JoinPage() {
  return <Join />
}
