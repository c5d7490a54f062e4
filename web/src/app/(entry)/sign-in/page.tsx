import { SignIn } from '../../../features/auth/sign-in'

export default function SignInPage() {
  return <SignIn />
}
