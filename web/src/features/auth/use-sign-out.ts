import { useMutation } from '@apollo/client/react'
import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useGraph } from '../../graphql/graph-provider'
import { goToSignIn, setSigningOut } from '../../graphql/session-end'
import { useFailureText } from '../../messages/use-failure-text'

export const SignOutDocument = graphql(`
  mutation SignOut {
    signOut {
      ... on SignedOut {
        at
      }
    }
  }
`)

/** Ends the session on the server first: only then may the page say that it is over. */
export function useSignOut() {
  const { client, live } = useGraph()
  const t = useTranslations('shell')
  const textOf = useFailureText()
  const [signOut, { loading }] = useMutation(SignOutDocument)
  const run = useCallback(async () => {
    setSigningOut(true)
    try {
      await signOut()
    } catch (error) {
      setSigningOut(false)
      const { sayFailed } = await import('../../ui/toast')
      sayFailed(t('signOutFailed'), textOf(readFailure(error)))
      return
    }
    await live.dispose()
    await client.clearStore()
    goToSignIn({ remember: false })
  }, [signOut, live, client, t, textOf])
  return { signOut: run, pending: loading }
}
