'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { clsx } from 'clsx'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { graphql } from '../../graphql/generated'
import type {
  StateSentence_ArrayFragment,
  StateSentence_ServiceFragment,
  StateSentence_StorageFragment,
} from '../../graphql/generated/graphql'
import { useDocumentTitle } from '../../ui/page-header'
import { type Tone, tones } from '../../ui/pill'
import { type HomeState, stateOf } from './state-of'

export const StateSentence_storage = graphql(`
  fragment StateSentence_storage on Storage {
    total
    free
  }
`)

export const StateSentence_array = graphql(`
  fragment StateSentence_array on RaidArray {
    name
    state
    sync {
      percent
    }
  }
`)

export const StateSentence_service = graphql(`
  fragment StateSentence_service on Service {
    id
    state
    required
  }
`)

const toneOf: Readonly<Record<HomeState['kind'], Exclude<Tone, 'neutral'>>> = {
  fine: 'good',
  checking: 'good',
  rebuilding: 'warn',
  nearlyFull: 'warn',
  degraded: 'warn',
  troubled: 'warn',
  unready: 'bad',
  full: 'bad',
  failed: 'bad',
}

const boxes = {
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
} as const

/** The page's heading: what someone who looks for three seconds must know. */
export function StateSentence({
  storage,
  arrays,
  services,
}: {
  storage: FragmentType<StateSentence_StorageFragment>
  arrays: readonly FragmentType<StateSentence_ArrayFragment>[]
  services: readonly FragmentType<StateSentence_ServiceFragment>[]
}) {
  const t = useTranslations('overview')
  const format = useFormat()
  const space = useFragment({ fragment: StateSentence_storage, from: storage })
  const known = useFragment({ fragment: StateSentence_array, from: [...arrays] })
  const parts = useFragment({ fragment: StateSentence_service, from: [...services] })
  useDocumentTitle(t('title'))
  if (!space.complete) return null
  const state = stateOf(space.data, known.complete ? known.data : [], parts.complete ? parts.data : [])
  const free = format.bytes(space.data.free)
  const tone = toneOf[state.kind]
  const Icon = tones[tone].icon
  const words = () => {
    switch (state.kind) {
      case 'fine':
        return t('state.fine', { free })
      case 'nearlyFull':
        return t('state.nearlyFull', { free, total: format.bytes(space.data.total) })
      case 'full':
        return t('state.full')
      case 'unready':
        return t('state.unready')
      case 'troubled':
        return t('state.troubled', { count: state.count })
      case 'rebuilding':
        return t('state.rebuilding', { name: state.name, percent: format.percent(state.percent) })
      default:
        return t(`state.${state.kind}`, { name: state.name })
    }
  }
  return (
    <div className="flex items-start gap-3.5">
      <span className={clsx('mt-0.5 grid size-9 shrink-0 place-items-center rounded-[10px]', boxes[tone])}>
        <Icon aria-hidden className="size-5" />
      </span>
      <div className="min-w-0">
        <h1 className="figures font-semibold text-[22px] leading-7 tracking-[-0.015em] sm:text-2xl sm:leading-8">{words()}</h1>
        {'name' in state ? (
          <Link href="/storage" className="mt-1 inline-block font-medium text-accent underline-offset-4 hover:underline">
            {t('showStorage')}
          </Link>
        ) : state.kind === 'unready' || state.kind === 'troubled' ? (
          <Link href="/services" className="mt-1 inline-block font-medium text-accent underline-offset-4 hover:underline">
            {t('showServices')}
          </Link>
        ) : null}
      </div>
    </div>
  )
}
