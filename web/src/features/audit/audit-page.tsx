'use client'

import { Lock } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { useMe } from '../auth/session'
import { AuditFilters } from './audit-filters'
import { AuditList } from './audit-list'
import { AuditWords } from './audit-words'
import { ChainState } from './chain-state'
import { EntryPanel } from './entry-panel'
import { ExportMenu } from './export-menu'
import { addressOf, graphFilter, parseWanted, type Wanted } from './filter'
import { useAuditLog } from './use-audit-log'

/** Who did what: the log as it grows, what is looked for in the address. */
export function AuditPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <AuditWords>
      <Log />
    </AuditWords>
  )
}

function Log() {
  const t = useTranslations('audit')
  const search = useSearchParams()
  const wanted = useMemo(() => parseWanted(new URLSearchParams(search)), [search])
  const [now] = useState(() => Date.now())
  const { action, actor, address, key, range, result, target } = wanted
  // Which entry is looked at does not change what is read.
  const filter = useMemo(
    () => graphFilter({ action, actor, address, key, range, result, target, entry: null }, now),
    [action, actor, address, key, range, result, target, now],
  )
  const log = useAuditLog(filter)
  const go = (next: Partial<Wanted>, how: 'push' | 'replace' = 'replace') =>
    window.history[`${how}State`](null, '', addressOf({ ...wanted, ...next }))
  return (
    <>
      <PageHeader title={t('title')} action={<ExportMenu filter={filter} />}>
        {t('lead')}
      </PageHeader>
      <div className="grid gap-3">
        <ChainState onGo={(sequence) => go({ entry: sequence }, 'push')} />
        <AuditFilters wanted={wanted} onChange={go} />
        <div className="grid items-start gap-4 lg:flex">
          <div className="min-w-0 lg:flex-1">
            <AuditList
              log={log}
              wanted={wanted}
              chosen={wanted.entry}
              onChoose={(entry) => go({ entry }, 'push')}
              onClear={() => window.history.pushState(null, '', '/audit')}
            />
          </div>
          {wanted.entry ? (
            <EntryPanel
              key={wanted.entry}
              sequence={wanted.entry}
              onClose={() => go({ entry: null })}
              onFilter={(next) => go({ ...next, entry: null }, 'push')}
            />
          ) : null}
        </div>
      </div>
    </>
  )
}
