import { SetUp } from '../../../features/auth/set-up'

export default function SetupPage() {
  return <SetUp />
}
