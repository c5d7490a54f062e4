'use client'

import { ArrowLeft, History } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { FailureState } from '../../../graphql/failure-state'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { EmptyState } from '../../../ui/empty-state'
import { Skeleton } from '../../../ui/skeleton'
import { useMe } from '../../auth/session'
import { kindOf } from '../file-kind'
import { type Entry, mayChange } from '../listing/entry'
import { Comparison, mostCompared } from './comparison'
import { DeleteVersionDialog } from './delete-version-dialog'
import { useRestoreVersion } from './use-restore-version'
import { useVersions, type Version } from './use-versions'
import { VersionRow } from './version-row'
import { VersionWords } from './version-words'

/** What a file held before: to look at, compare, restore and delete. */
export function VersionsDialog(props: { entry: Entry; onClose: () => void }) {
  return (
    <VersionWords>
      <Versions {...props} />
    </VersionWords>
  )
}

function Versions({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useTranslations('versions')
  const shell = useTranslations('shell')
  const format = useFormat()
  const me = useMe()
  const { file, error, reread, loadMore } = useVersions(entry.path)
  const [compared, setCompared] = useState<Version | null>(null)
  const [deleted, setDeleted] = useState<Version | null>(null)
  const { restore, restoring } = useRestoreVersion(entry, reread)
  const found = file?.versions
  const mayUse = mayChange(entry, me.role)
  const isText = ['text', 'code'].includes(kindOf(entry)) && (file?.size ?? 0) <= mostCompared

  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && onClose()}
        title={t('title', { name: entry.name })}
        description={compared ? t('comparing', { number: compared.number }) : t('lead')}
        closeLabel={shell('close')}
        width="wide"
      >
        {compared && file ? (
          <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
            <div>
              <Button className="max-sm:h-11" onClick={() => setCompared(null)}>
                <ArrowLeft aria-hidden />
                {t('back')}
              </Button>
            </div>
            <Comparison version={compared} currentUrl={file.downloadUrl} />
          </div>
        ) : found ? (
          found.nodes.length === 0 ? (
            <EmptyState icon={History} title={t('none')}>
              <p>{t('noneBody')}</p>
            </EmptyState>
          ) : (
            <div className="grid gap-3">
              <p className="figures text-[13px] text-ink-soft">
                {t('total', { count: found.totals.count, size: format.bytes(found.totals.size) })}
              </p>
              <ul aria-label={t('list')} className="rounded-card border border-line">
                {found.nodes.map((version) => (
                  <VersionRow
                    key={version.number}
                    version={version}
                    pending={restoring === version.number}
                    onCompare={isText && version.size <= mostCompared ? () => setCompared(version) : null}
                    onRestore={mayUse ? () => void restore(version) : null}
                    onDelete={mayUse ? () => setDeleted(version) : null}
                  />
                ))}
              </ul>
              {loadMore ? (
                <div>
                  <Button className="max-sm:h-11" onClick={loadMore}>
                    {t('more')}
                  </Button>
                </div>
              ) : null}
            </div>
          )
        ) : error ? (
          <FailureState error={error} onRetry={reread} />
        ) : (
          <Skeleton className="h-48 rounded-card!" />
        )}
      </Dialog>
      {deleted ? <DeleteVersionDialog entry={entry} version={deleted} onClose={() => setDeleted(null)} onDeleted={reread} /> : null}
    </>
  )
}
