'use client'

import { clsx } from 'clsx'
import { FolderSearch } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { RelativeTime } from '../../ui/relative-time'
import { kindIcons, kindOf, kindTones } from '../files/file-kind'
import type { Entry } from '../files/listing/entry'
import { parentOf } from '../files/path'
import { placeHref } from '../files/place'

/** An entry with where it is: a folder is opened, a file shown in its folder. */
export function ResultRow({ entry }: { entry: Entry }) {
  const t = useTranslations('search')
  const format = useFormat()
  const kind = kindOf(entry)
  const Icon = kindIcons[kind]
  const folder = parentOf(entry.path)
  const href = entry.isFolder ? placeHref({ path: entry.path }) : placeHref({ path: folder, preview: entry.name })
  return (
    <li className="flex min-h-14 items-center gap-3 border-line border-b px-3 py-1.5 last:border-b-0 hover:bg-hover [contain-intrinsic-size:auto_56px] [content-visibility:auto]">
      <Icon aria-hidden strokeWidth={1.75} className={clsx('size-5 shrink-0', kindTones[kind])} />
      <div className="min-w-0 flex-1">
        <Link href={href} className="block truncate hover:underline hover:decoration-line-strong hover:underline-offset-4">
          {entry.name}
        </Link>
        <p className="truncate text-[13px] text-ink-soft">{folder}</p>
      </div>
      <span className="figures w-20 shrink-0 text-right text-[13px] text-ink-soft max-sm:hidden">
        {entry.isFolder ? '' : format.bytes(entry.size)}
      </span>
      <span className="figures w-32 shrink-0 text-right text-[13px] text-ink-soft max-md:hidden">
        <RelativeTime at={entry.modifiedAt} />
      </span>
      <Link
        href={placeHref({ path: folder })}
        aria-label={t('showInFolder', { name: entry.name })}
        title={t('showInFolder', { name: entry.name })}
        className="grid size-9 shrink-0 place-items-center rounded-control text-ink-soft hover:bg-surface hover:text-ink"
      >
        <FolderSearch aria-hidden className="size-4" />
      </Link>
    </li>
  )
}
