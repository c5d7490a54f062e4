'use client'

import { useQuery } from '@apollo/client/react'
import { Link2Off } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { useDocumentTitle } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { EntryFrame } from '../auth/entry-frame'
import { useTokenOfLink } from '../auth/token-of-link'
import { JoinForm } from './join-form'
import { PeopleWords } from './people-words'

export const InvitationOfferDocument = graphql(`
  query InvitationOffer($token: String!) {
    invitation(token: $token) {
      username
      invitedBy
      expiresAt
    }
  }
`)

const finalCodes = ['INVITATION_NOT_FOUND', 'INVITATION_EXPIRED', 'INVITATION_USED', 'INVITATION_REVOKED']

/** Where a link of an invitation leads. */
export function Join() {
  return (
    <PeopleWords>
      <JoinWithLink />
    </PeopleWords>
  )
}

function JoinWithLink() {
  const t = useTranslations('people.join')
  const textOf = useFailureText()
  const token = useTokenOfLink()
  const { data, error, refetch } = useQuery(InvitationOfferDocument, {
    variables: { token },
    skip: token === '',
    fetchPolicy: 'network-only',
  })
  const failure = error ? readFailure(error) : null
  const isOver = token === '' || (failure !== null && finalCodes.includes(failure.code))
  const title = isOver ? t('failedTitle') : t('title')
  useDocumentTitle(title)
  const offer = data?.invitation
  return (
    <EntryFrame title={title} {...(offer ? { lead: t('lead', { name: offer.invitedBy }) } : {})}>
      {isOver ? (
        <div className="grid justify-items-start gap-4">
          <Link2Off aria-hidden className="size-6 text-ink-soft" />
          <p>{failure ? textOf(failure) : t('noToken')}</p>
          <Link href="/sign-in" className="text-accent hover:underline">
            {t('toSignIn')}
          </Link>
        </div>
      ) : error && !offer ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : offer ? (
        <JoinForm token={token} username={offer.username ?? ''} />
      ) : (
        <div className="grid gap-5">
          <Skeleton className="h-16" />
          <Skeleton className="h-16" />
          <Skeleton className="h-11" />
        </div>
      )}
    </EntryFrame>
  )
}
