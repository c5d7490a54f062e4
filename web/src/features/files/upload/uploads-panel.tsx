'use client'

import * as Popover from 'radix-ui/popover'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { Button } from '../../../ui/button'
import { Meter } from '../../../ui/meter'
import { UploadRow } from './upload-row'
import { tray, useTraySnapshot } from './use-tray'

/** Rows shown; of thousands that wait, the number is enough. */
const SHOWN = 60

/** The tray: each upload with what the server has of it, and what can be done about it. */
export function UploadsPanel() {
  const t = useTranslations('files.tray')
  const format = useFormat()
  const { items, totals } = useTraySnapshot()
  const paused = items.some((item) => item.state === 'paused')
  const running = items.some((item) => item.state === 'queued' || item.state === 'sending' || item.state === 'waiting')
  const more = items.length - SHOWN
  return (
    <>
      <header className="grid gap-2 border-line border-b px-4 pt-3 pb-3">
        <div className="flex min-h-9 items-center gap-1">
          <h2 className="min-w-0 flex-1 font-semibold text-[15px]">{t('title')}</h2>
          {running ? (
            <Button look="quiet" size="small" onClick={() => tray.pauseAll()}>
              {t('pauseAll')}
            </Button>
          ) : paused ? (
            <Button look="quiet" size="small" onClick={() => tray.resumeAll()}>
              {t('resumeAll')}
            </Button>
          ) : null}
          {totals.done > 0 ? (
            <Button look="quiet" size="small" onClick={() => tray.forgetDone()}>
              {t('clear')}
            </Button>
          ) : null}
        </div>
        {totals.open > 0 ? (
          <>
            <Meter progress className="h-1.5" label={t('all')} value={totals.part * 100} valueText={format.percent(totals.part * 100)} />
            <p className="figures flex gap-3 text-[13px] text-ink-soft">
              <span className="flex-1">{t('left', { count: totals.open })}</span>
              {totals.bytesPerSecond > 0 ? <span>{format.rate(totals.bytesPerSecond)}</span> : null}
              {totals.etaSeconds === null ? null : <span>{t('eta', { time: format.duration(totals.etaSeconds) })}</span>}
            </p>
          </>
        ) : null}
      </header>
      <ul className="min-h-0 flex-1 overflow-y-auto py-1">
        {items.slice(0, SHOWN).map((item) => (
          <UploadRow key={item.key} item={item} />
        ))}
        {more > 0 ? <li className="px-4 py-2 text-[13px] text-ink-soft">{t('more', { count: more })}</li> : null}
      </ul>
      <Popover.Close className="sr-only focus:not-sr-only focus:m-2 focus:h-9">{t('close')}</Popover.Close>
    </>
  )
}
