'use client'

import { useQuery } from '@apollo/client/react'
import { Pencil, Trash2, UsersRound } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Skeleton } from '../../ui/skeleton'
import { Cell, HeadCell, Row, Table } from '../../ui/table'
import { DeleteGroupDialog } from './delete-group-dialog'
import { GroupDialog, type GroupValues } from './group-dialog'
import { GroupNamesDocument } from './group-names'

type Asked = { what: 'new' } | { what: 'edit' | 'delete'; group: GroupValues & { id: string } } | null

export function GroupsSection() {
  const t = useTranslations('people.groupsPage')
  const people = useTranslations('people')
  const { data, error, refetch } = useQuery(GroupNamesDocument, { fetchPolicy: 'cache-and-network' })
  const [asked, setAsked] = useState<Asked>(null)
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const groups = data.groups.nodes
  const add = (
    <Button look="primary" onClick={() => setAsked({ what: 'new' })}>
      <UsersRound aria-hidden />
      {t('add')}
    </Button>
  )
  const close = () => setAsked(null)
  const changed = () => {
    close()
    void refetch().catch(() => {})
  }
  return (
    <div className="grid gap-4">
      {groups.length === 0 ? (
        <EmptyState icon={UsersRound} title={t('emptyTitle')} action={add}>
          <p>{t('emptyBody')}</p>
        </EmptyState>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-ink-soft">{t('addMembers')}</p>
            {add}
          </div>
          <Table label={t('table')}>
            <thead>
              <tr>
                <HeadCell>{people('name')}</HeadCell>
                <HeadCell className="max-md:hidden">{t('description')}</HeadCell>
                <HeadCell>{t('members')}</HeadCell>
                <HeadCell>
                  <span className="sr-only">{t('edit')}</span>
                </HeadCell>
              </tr>
            </thead>
            <tbody>
              {groups.map((group) => (
                <Row key={group.id}>
                  <Cell className="font-medium">
                    <span className="block max-w-[34vw] truncate md:max-w-72">{group.name}</span>
                  </Cell>
                  <Cell className="max-w-96 truncate text-ink-soft max-md:hidden">{group.description}</Cell>
                  <Cell>
                    <Link href={`/people?group=${group.id}`} className="text-accent hover:underline">
                      {t('memberCount', { count: group.memberCount ?? 0 })}
                    </Link>
                  </Cell>
                  <Cell>
                    <span className="flex justify-end gap-1">
                      <Button
                        look="quiet"
                        size="small"
                        aria-label={`${t('edit')}: ${group.name}`}
                        onClick={() => setAsked({ what: 'edit', group: valuesOf(group) })}
                      >
                        <Pencil aria-hidden className="sm:hidden" />
                        <span className="max-sm:hidden">{t('edit')}</span>
                      </Button>
                      <Button
                        look="quiet"
                        size="small"
                        aria-label={`${t('remove')}: ${group.name}`}
                        onClick={() => setAsked({ what: 'delete', group: valuesOf(group) })}
                      >
                        <Trash2 aria-hidden className="sm:hidden" />
                        <span className="max-sm:hidden">{t('remove')}</span>
                      </Button>
                    </span>
                  </Cell>
                </Row>
              ))}
            </tbody>
          </Table>
        </>
      )}
      {asked?.what === 'new' ? <GroupDialog group={null} onClose={close} onDone={changed} /> : null}
      {asked?.what === 'edit' ? <GroupDialog group={asked.group} onClose={close} onDone={changed} /> : null}
      {asked?.what === 'delete' ? <DeleteGroupDialog group={asked.group} onClose={close} onDone={changed} /> : null}
    </div>
  )
}

function valuesOf({ id, name, description }: { id: string; name: string; description: string | null }) {
  return { id, name, description: description ?? '' }
}
