'use client'

import { Trash2 } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { PageHeader } from '../../ui/page-header'
import { SectionNav } from '../../ui/section-nav'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { DeleteForGoodDialog } from './delete-for-good-dialog'
import { EmptyTrashDialog } from './empty-trash-dialog'
import { NameTakenDialog } from './name-taken-dialog'
import { TrashList } from './trash-list'
import { TrashWords } from './trash-words'
import { useRestore } from './use-restore'
import { type Item, useTrash } from './use-trash'

/** What was deleted and can be had back: one's own, for administrators everybody's. */
export function TrashPage() {
  return (
    <TrashWords waiting={<Skeleton className="h-64 rounded-card!" />}>
      <Trash />
    </TrashWords>
  )
}

type Asked = { kind: 'delete'; item: Item } | { kind: 'empty' }

function Trash() {
  const t = useTranslations('trash')
  const format = useFormat()
  const me = useMe()
  const isAdmin = me.role === 'ADMIN'
  const scope = useSearchParams().get('of') === 'everybody' && isAdmin ? 'EVERYBODY' : 'MINE'
  const { view, error, reread, loadMore } = useTrash(scope)
  const [asked, setAsked] = useState<Asked | null>(null)
  const { restore, restoring, taken, keepBoth, giveUp } = useRestore()
  const mayUse = me.role !== 'VIEWER'
  return (
    <>
      <PageHeader
        title={t('title')}
        action={
          view && view.totals.count > 0 ? (
            <div className="flex flex-wrap items-center gap-3 max-sm:w-full max-sm:justify-between">
              <p className="figures text-[13px] text-ink-soft">
                {t('total', { count: view.totals.count, size: format.bytes(view.totals.size) })}
              </p>
              {mayUse ? (
                <Button className="max-sm:h-11" onClick={() => setAsked({ kind: 'empty' })}>
                  <Trash2 aria-hidden />
                  {t('empty')}
                </Button>
              ) : null}
            </div>
          ) : null
        }
      >
        {t('lead')} {isAdmin ? t('leadOwn') : null}
      </PageHeader>
      {isAdmin ? (
        <SectionNav
          label={t('scope')}
          shown={scope}
          links={[
            { id: 'MINE', href: '/trash', label: t('mine') },
            { id: 'EVERYBODY', href: '/trash?of=everybody', label: t('everybody') },
          ]}
        />
      ) : null}
      {view && error ? (
        <div role="alert" className="mb-2 flex items-center gap-3 rounded-control bg-warn-soft px-3 py-1.5 text-[13px] text-warn">
          <span className="flex-1">{t('notRead')}</span>
          <Button size="small" onClick={reread}>
            {t('retry')}
          </Button>
        </div>
      ) : null}
      {view === null ? (
        error ? (
          <FailureState error={error} onRetry={reread} />
        ) : (
          <Skeleton className="h-64 rounded-card!" />
        )
      ) : view.items.length === 0 ? (
        <EmptyState icon={Trash2} title={t('nothingTitle')}>
          <p>{t('nothingBody')}</p>
        </EmptyState>
      ) : (
        <>
          <TrashList
            items={view.items}
            ofEverybody={scope === 'EVERYBODY'}
            restoring={restoring}
            actions={mayUse ? { onRestore: (item) => void restore(item), onDelete: (item) => setAsked({ kind: 'delete', item }) } : null}
          />
          {view.next === null ? null : (
            <Button className="mt-3 max-sm:h-11" onClick={loadMore}>
              {t('more')}
            </Button>
          )}
        </>
      )}
      {asked?.kind === 'delete' ? <DeleteForGoodDialog item={asked.item} onClose={() => setAsked(null)} /> : null}
      {asked?.kind === 'empty' && view ? <EmptyTrashDialog scope={scope} totals={view.totals} onClose={() => setAsked(null)} /> : null}
      {taken ? <NameTakenDialog item={taken} onKeepBoth={keepBoth} onClose={giveUp} /> : null}
    </>
  )
}
