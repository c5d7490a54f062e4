'use client'

import { Download } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { AuditFilter } from '../../graphql/generated/graphql'
import { exportAddress } from './filter'

const look =
  'inline-flex h-9 items-center gap-2 whitespace-nowrap rounded-control border border-line bg-surface px-3.5 font-medium text-ink shadow-low transition-colors hover:bg-hover [&_svg]:size-4'

/** What is looked at, as a file. */
export function ExportMenu({ filter }: { filter: AuditFilter }) {
  const t = useTranslations('audit')
  return (
    <div className="flex gap-2 max-sm:w-full">
      {(['csv', 'jsonl'] as const).map((format) => (
        <a key={format} href={exportAddress(filter, format)} download className={look} title={t(`export.${format}Hint`)}>
          <Download aria-hidden />
          {t(`export.${format}`)}
        </a>
      ))}
    </div>
  )
}
