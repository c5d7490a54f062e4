import { PeoplePage } from '../../../features/users/people-page'

export default function Page() {
  return <PeoplePage />
}
