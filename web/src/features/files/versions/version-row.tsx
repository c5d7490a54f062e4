'use client'

import { Download, Eye, GitCompareArrows, RotateCcw, Trash2 } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { Button } from '../../../ui/button'
import { RelativeTime } from '../../../ui/relative-time'
import type { Version } from './use-versions'

const linkLook =
  'inline-flex size-8 max-sm:size-11 shrink-0 items-center justify-center rounded-control text-ink-soft transition-colors hover:bg-hover hover:text-ink [&_svg]:size-4'

/** One version: which, since when it is one, and what can be done with it. */
export function VersionRow({
  version,
  pending,
  onCompare,
  onRestore,
  onDelete,
}: {
  version: Version
  pending: boolean
  onCompare: (() => void) | null
  onRestore: (() => void) | null
  onDelete: (() => void) | null
}) {
  const t = useTranslations('versions')
  const format = useFormat()
  const { number } = version
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 last:border-0">
      <div className="min-w-0 flex-1 basis-56">
        <p className="figures flex flex-wrap gap-x-3">
          <span className="font-medium">{t('number', { number })}</span>
          <span className="text-ink-soft">{format.bytes(version.size)}</span>
        </p>
        <p className="text-[13px] text-ink-soft">
          {t('replaced')} <RelativeTime at={version.replacedAt} /> {t('by', { name: version.replacedByName })} ·{' '}
          {t('written', { when: format.moment(Date.parse(version.modifiedAt)) })}
        </p>
      </div>
      <div className="flex flex-wrap items-center gap-1">
        <a href={version.downloadUrl} target="_blank" rel="noreferrer" aria-label={t('preview', { number })} className={linkLook}>
          <Eye aria-hidden />
        </a>
        <a href={`${version.downloadUrl}&download`} download aria-label={t('download', { number })} className={linkLook}>
          <Download aria-hidden />
        </a>
        {onCompare ? (
          <Button look="quiet" size="small" className="max-sm:h-11" aria-label={t('compareNamed', { number })} onClick={onCompare}>
            <GitCompareArrows aria-hidden />
            {t('compare')}
          </Button>
        ) : null}
        {onRestore ? (
          <Button size="small" className="max-sm:h-11" aria-label={t('restoreNamed', { number })} pending={pending} onClick={onRestore}>
            {pending ? null : <RotateCcw aria-hidden />}
            {t('restore')}
          </Button>
        ) : null}
        {onDelete ? (
          <Button look="quiet" size="small" className="max-sm:h-11" aria-label={t('deleteNamed', { number })} onClick={onDelete}>
            <Trash2 aria-hidden />
            {t('delete')}
          </Button>
        ) : null}
      </div>
    </li>
  )
}
