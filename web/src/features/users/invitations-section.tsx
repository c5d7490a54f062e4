'use client'

import { useMutation, useQuery } from '@apollo/client/react'
import { MailPlus, Undo2 } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Pill } from '../../ui/pill'
import { Skeleton } from '../../ui/skeleton'
import { Cell, HeadCell, Row, Table } from '../../ui/table'
import { sayDone, sayFailed } from '../../ui/toast'
import { useIdlePreload } from '../../ui/use-idle-preload'

const load = async () => ({ default: (await import('./invite-dialog')).InviteDialog })
const InviteDialog = lazy(load)

export const InvitationsDocument = graphql(`
  query Invitations($first: Int!, $after: String) {
    invitations(first: $first, after: $after) {
      totalCount
      nodes {
        id
        username
        email
        role
        state
        createdByName
        expiresAt
        usedAt
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

export const RevokeInvitationDocument = graphql(`
  mutation RevokeInvitation($id: ID!) {
    revokeInvitation(id: $id) {
      ... on Invitation {
        id
        state
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

const tones = { OPEN: 'info', USED: 'good', REVOKED: 'neutral', EXPIRED: 'neutral' } as const
const PAGE = 50

export function InvitationsSection() {
  const t = useTranslations('people.invitationsPage')
  const people = useTranslations('people')
  const roles = useTranslations('shell.role')
  const textOf = useFailureText()
  const format = useFormat()
  const { data, error, refetch, fetchMore } = useQuery(InvitationsDocument, {
    variables: { first: PAGE },
    fetchPolicy: 'cache-and-network',
  })
  const [revokeInvitation] = useMutation(RevokeInvitationDocument)
  const [pending, setPending] = useState<string | null>(null)
  const [inviting, setInviting] = useState(false)
  useIdlePreload(load)
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const { nodes, pageInfo } = data.invitations
  const revoke = async (id: string) => {
    setPending(id)
    try {
      const result = (await revokeInvitation({ variables: { id } })).data?.revokeInvitation
      if (!result || 'code' in result) sayFailed(textOf(result ?? { code: 'INTERNAL', message: '' }))
      else sayDone(t('revoked'))
    } catch (error) {
      sayFailed(textOf(readFailure(error)))
    } finally {
      setPending(null)
    }
  }
  const invite = (
    <Button look="primary" onClick={() => setInviting(true)}>
      <MailPlus aria-hidden />
      {people('invite')}
    </Button>
  )
  return (
    <div className="grid gap-4">
      {nodes.length === 0 ? (
        <EmptyState icon={MailPlus} title={t('emptyTitle')} action={invite}>
          <p>{t('emptyBody')}</p>
        </EmptyState>
      ) : (
        <>
          <div className="flex justify-end">{invite}</div>
          <Table label={t('table')}>
            <thead>
              <tr>
                <HeadCell>{t('who')}</HeadCell>
                <HeadCell className="max-sm:hidden">{people('role')}</HeadCell>
                <HeadCell className="max-md:hidden">{t('by')}</HeadCell>
                <HeadCell className="max-md:hidden">{t('ends')}</HeadCell>
                <HeadCell>{people('state')}</HeadCell>
                <HeadCell>
                  <span className="sr-only">{t('revoke')}</span>
                </HeadCell>
              </tr>
            </thead>
            <tbody>
              {nodes.map((invitation) => {
                const who = invitation.username ?? invitation.email
                return (
                  <Row key={invitation.id}>
                    <Cell>
                      <span className="block max-w-[36vw] truncate font-medium md:max-w-72">
                        {who ?? <span className="font-normal text-ink-soft">{t('anybody')}</span>}
                      </span>
                    </Cell>
                    <Cell className="max-sm:hidden">{roles(invitation.role)}</Cell>
                    <Cell className="text-ink-soft max-md:hidden">{invitation.createdByName}</Cell>
                    <Cell className="text-ink-soft max-md:hidden">{format.moment(Date.parse(invitation.expiresAt))}</Cell>
                    <Cell>
                      <Pill tone={tones[invitation.state]}>{t(`stateName.${invitation.state}`)}</Pill>
                    </Cell>
                    <Cell className="text-right max-sm:pl-0">
                      {invitation.state === 'OPEN' ? (
                        <Button
                          look="quiet"
                          size="small"
                          aria-label={`${t('revoke')}: ${who ?? t('anybody')}`}
                          pending={pending === invitation.id}
                          onClick={() => void revoke(invitation.id)}
                        >
                          <Undo2 aria-hidden className="sm:hidden" />
                          <span className="max-sm:hidden">{t('revoke')}</span>
                        </Button>
                      ) : null}
                    </Cell>
                  </Row>
                )
              })}
            </tbody>
          </Table>
          {pageInfo.hasNextPage ? (
            <Button
              className="justify-self-start"
              onClick={() => void fetchMore({ variables: { after: pageInfo.endCursor } }).catch(() => {})}
            >
              {people('more')}
            </Button>
          ) : null}
        </>
      )}
      {inviting ? (
        <Suspense fallback={null}>
          <InviteDialog
            onClose={() => {
              setInviting(false)
              void refetch().catch(() => {})
            }}
          />
        </Suspense>
      ) : null}
    </div>
  )
}
