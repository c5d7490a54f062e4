'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { ArrowDown, ArrowUp, Ban, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { PeopleTable_UserFragment, UserOrder, UserOrderField } from '../../graphql/generated/graphql'
import { Avatar } from '../../ui/avatar'
import { Pill } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { Cell, HeadCell, Row, Table } from '../../ui/table'
import { useMe } from '../auth/session'
import { firstDirection } from './people-filter'

export const PeopleTable_user = graphql(`
  fragment PeopleTable_user on User {
    id
    username
    email
    role
    avatarUrl
    lastSignInAt
    disabledAt
    isBeingDeleted
  }
`)

export function PeopleTable({
  users,
  order,
  onOrder,
}: {
  users: readonly FragmentType<PeopleTable_UserFragment>[]
  order: UserOrder
  onOrder: (order: UserOrder) => void
}) {
  const t = useTranslations('people')
  const roles = useTranslations('shell.role')
  const me = useMe()
  const { data, complete } = useFragment({ fragment: PeopleTable_user, from: [...users] })
  if (!complete) return null
  const head = (field: UserOrderField, label: string, className?: string) => (
    <SortHead field={field} label={label} order={order} onOrder={onOrder} {...(className ? { className } : {})} />
  )
  return (
    <Table label={t('table')}>
      <thead>
        <tr>
          {head('USERNAME', t('name'))}
          {head('ROLE', t('role'))}
          <HeadCell className="max-md:hidden">{t('email')}</HeadCell>
          {head('LAST_SIGN_IN_AT', t('lastSignIn'), 'max-sm:hidden')}
          <HeadCell className="max-sm:hidden">{t('state')}</HeadCell>
        </tr>
      </thead>
      <tbody>
        {data.map((user) => (
          <Row key={user.id} className="relative">
            <Cell>
              <span className="flex items-center gap-3">
                <Avatar name={user.username} url={user.avatarUrl} />
                <span className="min-w-0">
                  {/* The whole row leads there. */}
                  <Link href={`/people/person?id=${user.id}`} className="font-medium after:absolute after:inset-0 hover:text-accent">
                    {user.username}
                  </Link>
                  {user.id === me.id ? <span className="ml-2 text-ink-soft text-xs">{t('you')}</span> : null}
                  {user.email ? <span className="block truncate text-ink-soft text-xs leading-4 md:hidden">{user.email}</span> : null}
                  <span className="block sm:hidden">{user.disabledAt ? <State user={user} /> : null}</span>
                </span>
              </span>
            </Cell>
            <Cell>{roles(user.role)}</Cell>
            <Cell className="max-w-72 truncate text-ink-soft max-md:hidden">{user.email ?? t('none')}</Cell>
            <Cell className="text-ink-soft max-sm:hidden">{user.lastSignInAt ? <RelativeTime at={user.lastSignInAt} /> : t('never')}</Cell>
            <Cell className="max-sm:hidden">
              <State user={user} />
            </Cell>
          </Row>
        ))}
      </tbody>
    </Table>
  )
}

function State({ user }: { user: Pick<PeopleTable_UserFragment, 'disabledAt' | 'isBeingDeleted'> }) {
  const t = useTranslations('people')
  if (user.isBeingDeleted)
    return (
      <Pill tone="bad" icon={Trash2}>
        {t('deleting')}
      </Pill>
    )
  if (user.disabledAt)
    return (
      <Pill tone="warn" icon={Ban}>
        {t('disabled')}
      </Pill>
    )
  return <span className="text-ink-soft">{t('active')}</span>
}

function SortHead({
  field,
  label,
  order,
  onOrder,
  className,
}: {
  field: UserOrderField
  label: string
  order: UserOrder
  onOrder: (order: UserOrder) => void
  className?: string
}) {
  const isHere = order.field === field
  const Arrow = order.direction === 'ASC' ? ArrowUp : ArrowDown
  const next = isHere ? (order.direction === 'ASC' ? 'DESC' : 'ASC') : firstDirection(field)
  return (
    <HeadCell
      {...(className ? { className } : {})}
      aria-sort={isHere ? (order.direction === 'ASC' ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        className="-mx-1 inline-flex h-7 items-center gap-1 rounded-md px-1 hover:text-ink"
        onClick={() => onOrder({ field, direction: next })}
      >
        {label}
        {isHere ? <Arrow aria-hidden className="size-3.5" /> : null}
      </button>
    </HeadCell>
  )
}
