'use client'

import { useQuery } from '@apollo/client/react'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Skeleton } from '../../ui/skeleton'
import { AuthenticatorCard } from '../factors/authenticator-card'
import { FactorWords } from '../factors/factor-words'
import { RecoveryCodesCard } from '../factors/recovery-codes-card'
import { RememberedBrowsersCard } from '../factors/remembered-browsers-card'

export const TwoFactorDocument = graphql(`
  query TwoFactor {
    me {
      id
      username
    }
    twoFactor {
      totpSince
      passkeyCount
      required
      recoveryCodesLeft
    }
    rememberedBrowsers {
      id
      client
      createdAt
      expiresAt
      isCurrent
    }
  }
`)

/** The authenticator app, what helps when it is lost, and the browsers that ask for neither. */
export function TwoFactorSection() {
  return (
    <FactorWords waiting={<Skeleton className="h-64 rounded-card!" />}>
      <Cards />
    </FactorWords>
  )
}

function Cards() {
  const { data, error, refetch } = useQuery(TwoFactorDocument, { fetchPolicy: 'cache-and-network' })
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data?.me) return <Skeleton className="h-64 rounded-card!" />
  const { me, twoFactor, rememberedBrowsers } = data
  const onChanged = () => void refetch().catch(() => {})
  return (
    <div className="grid max-w-3xl gap-4">
      <AuthenticatorCard username={me.username} state={twoFactor} onChanged={onChanged} />
      <RecoveryCodesCard
        username={me.username}
        left={twoFactor.recoveryCodesLeft}
        hasFactor={twoFactor.totpSince !== null || twoFactor.passkeyCount > 0}
        onChanged={onChanged}
      />
      <RememberedBrowsersCard browsers={rememberedBrowsers} onChanged={onChanged} />
    </div>
  )
}
