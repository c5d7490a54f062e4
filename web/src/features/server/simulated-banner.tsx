'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { SimulatedBanner_ServerFragment } from '../../graphql/generated/graphql'
import { Banner } from '../../ui/banner'

export const SimulatedBanner_server = graphql(`
  fragment SimulatedBanner_server on Server {
    simulated
  }
`)

/** On every page, not to be closed: healthy pretend disks must never be taken for real ones. */
export function SimulatedBanner({ server }: { server: FragmentType<SimulatedBanner_ServerFragment> }) {
  const t = useTranslations('shell')
  const { data, complete } = useFragment({ fragment: SimulatedBanner_server, from: server })
  if (!complete || !data.simulated) return null
  return (
    <Banner tone="info" label={t('simulatedLabel')}>
      {t('simulated')}
    </Banner>
  )
}
