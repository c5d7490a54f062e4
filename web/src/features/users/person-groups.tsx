'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment, useMutation, useQuery } from '@apollo/client/react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { PersonGroups_UserFragment } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { Card } from '../../ui/card'
import { FormError } from '../../ui/form-error'
import { Skeleton } from '../../ui/skeleton'
import { GroupNamesDocument } from './group-names'

export const PersonGroups_user = graphql(`
  fragment PersonGroups_user on User {
    id
    groups {
      id
      name
    }
  }
`)

export const JoinGroupDocument = graphql(`
  mutation JoinGroup($input: GroupMembersInput!) {
    addGroupMembers(input: $input) {
      ... on Group {
        id
        name
        memberCount
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const LeaveGroupDocument = graphql(`
  mutation LeaveGroup($input: GroupMembersInput!) {
    removeGroupMembers(input: $input) {
      ... on Group {
        id
        name
        memberCount
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** The groups there are, ticked where the person is in them. */
export function PersonGroups({ user }: { user: FragmentType<PersonGroups_UserFragment> }) {
  const t = useTranslations('people')
  const textOf = useFailureText()
  const { data: person, complete } = useFragment({ fragment: PersonGroups_user, from: user })
  const { data, client } = useQuery(GroupNamesDocument, { fetchPolicy: 'cache-and-network' })
  const [join] = useMutation(JoinGroupDocument)
  const [leave] = useMutation(LeaveGroupDocument)
  const [failure, setFailure] = useState<string>()
  const [pending, setPending] = useState<string | null>(null)
  if (!complete || !person.id) return null
  const userId = person.id
  const own = (person.groups ?? []) as readonly { id: string; name: string }[]

  const toggle = async (group: { id: string; name: string }, into: boolean) => {
    setPending(group.id)
    setFailure(undefined)
    const variables = { input: { groupId: group.id, userIds: [userId] } }
    try {
      const result = into ? (await join({ variables })).data?.addGroupMembers : (await leave({ variables })).data?.removeGroupMembers
      if (!result || 'code' in result) setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
      else {
        const groups = into ? [...own, { __typename: 'Group' as const, ...group }] : own.filter(({ id }) => id !== group.id)
        client.writeFragment({
          fragment: PersonGroups_user,
          from: { __typename: 'User', id: userId },
          data: { __typename: 'User', id: userId, groups: groups.map(({ id, name }) => ({ __typename: 'Group' as const, id, name })) },
        })
      }
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    } finally {
      setPending(null)
    }
  }

  return (
    <Card title={t('person.groups')}>
      <div className="mt-3 grid gap-1">
        <FormError message={failure} />
        {!data ? <Skeleton className="h-16" /> : null}
        {data?.groups.nodes.length === 0 ? (
          <p className="text-ink-soft">
            {t('person.noGroups')}{' '}
            <Link href="/people?tab=groups" className="text-accent hover:underline">
              {t('person.makeGroup')}
            </Link>
          </p>
        ) : null}
        {data?.groups.nodes.map((group) => (
          <label key={group.id} className="-mx-2 flex min-h-9 cursor-pointer items-center gap-3 rounded-control px-2 hover:bg-hover">
            <input
              type="checkbox"
              className="size-4 accent-accent"
              checked={own.some(({ id }) => id === group.id)}
              disabled={pending !== null}
              onChange={(event) => void toggle(group, event.target.checked)}
            />
            <span className="min-w-0 truncate">{group.name}</span>
          </label>
        ))}
      </div>
    </Card>
  )
}
