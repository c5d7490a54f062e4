'use client'

import Link from 'next/link'
import * as Popover from 'radix-ui/popover'
import { useTranslations } from 'use-intl'
import type { JobLine } from './job-line'
import { endedFilter, lastEnded } from './top-jobs'
import { TrayRow } from './tray-row'
import { useJobs } from './use-jobs'

/** Rows shown; of hundreds that wait, the number is enough. */
const SHOWN = 30
const ENDED = 5
/** They are listed by their beginning: one that took long may have ended after many that began later. */
const LOOKED_AT = 40

/** What runs, with how far it is, and what ended last. */
export function JobsTray({ open, onLeave }: { open: readonly JobLine[]; onLeave: () => void }) {
  const t = useTranslations('jobs.tray')
  const { state } = useJobs(endedFilter, LOOKED_AT)
  const ended = lastEnded(state.window.rows, ENDED)
  return (
    <>
      <header className="flex min-h-12 items-center gap-3 border-line border-b px-4">
        <h2 className="min-w-0 flex-1 font-semibold text-[15px]">{t('title')}</h2>
        <Link href="/jobs" onClick={onLeave} className="font-medium text-accent text-xs underline-offset-4 hover:underline">
          {t('all')}
        </Link>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
        <h3 className="text-ink-soft text-xs">{t('now')}</h3>
        {open.length === 0 ? <p className="py-2">{t('nothing')}</p> : null}
        <ul className="grid gap-1 py-1">
          {open.slice(0, SHOWN).map((job) => (
            <TrayRow key={job.id} job={job} onOpen={onLeave} />
          ))}
        </ul>
        {open.length > SHOWN ? <p className="py-1 text-ink-soft text-xs">{t('more', { count: open.length - SHOWN })}</p> : null}
        {ended.length > 0 ? (
          <>
            <h3 className="mt-2 border-line border-t pt-3 text-ink-soft text-xs">{t('last')}</h3>
            <ul className="grid gap-1 py-1">
              {ended.map((job) => (
                <TrayRow key={job.id} job={job} onOpen={onLeave} />
              ))}
            </ul>
          </>
        ) : null}
      </div>
      <Popover.Close className="sr-only focus:not-sr-only focus:m-2 focus:h-9">{t('close')}</Popover.Close>
    </>
  )
}
