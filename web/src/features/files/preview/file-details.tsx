'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { graphql } from '../../../graphql/generated'
import type { FileDetails_FileFragment } from '../../../graphql/generated/graphql'

graphql(`
  fragment FileDetails_file on File {
    id
    size
    modifiedAt
    mimeType
    sha256
    owner {
      id
      username
    }
  }
`)

export function FileDetails({ file }: { file: FileDetails_FileFragment }) {
  const t = useTranslations('files')
  const format = useFormat()
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-[13px] sm:grid-cols-[repeat(4,minmax(0,auto))] sm:justify-start">
      <Detail label={t('size')}>{`${format.bytes(file.size)} (${format.number(file.size)} B)`}</Detail>
      <Detail label={t('modified')}>{format.moment(Date.parse(file.modifiedAt))}</Detail>
      <Detail label={t('owner')}>{file.owner?.username ?? t('preview.nobody')}</Detail>
      <Detail label={t('type')}>{file.mimeType ?? t('preview.unknownType')}</Detail>
      <div className="col-span-full min-w-0">
        <dt className="text-ink-soft">{t('preview.checksum')}</dt>
        <dd className="select-all break-all font-mono text-xs leading-5">{file.sha256 ?? t('preview.noChecksum')}</dd>
      </div>
    </dl>
  )
}

function Detail({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-soft">{label}</dt>
      <dd className="figures truncate font-medium">{children}</dd>
    </div>
  )
}
