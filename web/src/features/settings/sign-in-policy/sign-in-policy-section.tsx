'use client'

import { useQuery } from '@apollo/client/react'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import { Skeleton } from '../../../ui/skeleton'
import { FactorWords } from '../../factors/factor-words'
import { LifetimeForm } from './lifetime-form'
import { RequiredRoles } from './required-roles'

export const SignInPolicyDocument = graphql(`
  query SignInPolicy {
    signInPolicy {
      requireTwoFactor
      withoutFactor
      idleHours
      absoluteHours
    }
  }
`)

/** Who must have a second factor, and how long a sign-in lasts. */
export function SignInPolicySection() {
  return (
    <FactorWords waiting={<Skeleton className="h-64 rounded-card!" />}>
      <Policy />
    </FactorWords>
  )
}

function Policy() {
  const { data, error, refetch } = useQuery(SignInPolicyDocument, { fetchPolicy: 'network-only' })
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const policy = data.signInPolicy
  const onSaved = () => void refetch().catch(() => {})
  return (
    <div className="grid max-w-3xl gap-4">
      <RequiredRoles
        key={policy.requireTwoFactor.join()}
        roles={policy.requireTwoFactor}
        withoutFactor={policy.withoutFactor}
        onSaved={onSaved}
      />
      <LifetimeForm
        key={`${policy.idleHours}/${policy.absoluteHours}`}
        idleHours={policy.idleHours}
        absoluteHours={policy.absoluteHours}
        onSaved={onSaved}
      />
    </div>
  )
}
