'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { PeopleTable_UserFragment } from '../../graphql/generated/graphql'
import { RelativeTime } from '../../ui/relative-time'
import { Cell, HeadCell, Row, Table } from '../../ui/table'
import { useMe } from '../auth/session'

export const PeopleTable_user = graphql(`
  fragment PeopleTable_user on User {
    id
    username
    email
    role
    createdAt
  }
`)

export function PeopleTable({ users }: { users: readonly FragmentType<PeopleTable_UserFragment>[] }) {
  const t = useTranslations('people')
  const roles = useTranslations('shell.role')
  const me = useMe()
  const { data, complete } = useFragment({ fragment: PeopleTable_user, from: [...users] })
  if (!complete) return null
  return (
    <Table label={t('table')}>
      <thead>
        <tr>
          <HeadCell>{t('name')}</HeadCell>
          <HeadCell>{t('role')}</HeadCell>
          <HeadCell className="max-md:hidden">{t('email')}</HeadCell>
          <HeadCell className="max-sm:hidden">{t('since')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {data.map((user) => (
          <Row key={user.id}>
            <Cell>
              <span className="flex items-center gap-3">
                <span
                  aria-hidden
                  className="grid size-7 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-[11px] text-accent uppercase"
                >
                  {user.username.slice(0, 2)}
                </span>
                <span>
                  <span className="font-medium">{user.username}</span>
                  {user.id === me.id ? <span className="ml-2 text-ink-soft text-xs">{t('you')}</span> : null}
                  {user.email ? <span className="block text-ink-soft text-xs leading-4 md:hidden">{user.email}</span> : null}
                </span>
              </span>
            </Cell>
            <Cell>{roles(user.role)}</Cell>
            <Cell className="text-ink-soft max-md:hidden">{user.email ?? t('none')}</Cell>
            <Cell className="text-ink-soft max-sm:hidden">
              <RelativeTime at={user.createdAt} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}
