'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { graphql } from '../../graphql/generated'
import type { MachineLine_ServerFragment } from '../../graphql/generated/graphql'

export const MachineLine_server = graphql(`
  fragment MachineLine_server on Server {
    hostname
    version
    startedAt
  }
`)

/** Which machine this is, what it runs and since when. */
export function MachineLine({ server }: { server: FragmentType<MachineLine_ServerFragment> }) {
  const t = useTranslations('overview')
  const format = useFormat()
  const now = useNow(30_000)
  const { data, complete } = useFragment({ fragment: MachineLine_server, from: server })
  if (!complete) return null
  const seconds = Math.max(0, (now - Date.parse(data.startedAt)) / 1000)
  return (
    <p className="figures text-ink-soft">
      {t('machine', { host: data.hostname, version: data.version, uptime: format.duration(seconds) })}
    </p>
  )
}
