'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { graphql } from '../../graphql/generated'
import type { ArraysTile_ArrayFragment } from '../../graphql/generated/graphql'
import { Card } from '../../ui/card'
import { Meter } from '../../ui/meter'
import { Pill } from '../../ui/pill'
import { toneOfArray } from './array-look'

export const ArraysTile_array = graphql(`
  fragment ArraysTile_array on RaidArray {
    name
    state
    size
    sync {
      action
      percent
    }
  }
`)

/** Every array in a line; the storage page has the rest. */
export function ArraysTile({ arrays, children }: { arrays: readonly FragmentType<ArraysTile_ArrayFragment>[]; children?: ReactNode }) {
  const t = useTranslations('overview')
  const words = useTranslations('storage')
  const format = useFormat()
  const { data, complete } = useFragment({ fragment: ArraysTile_array, from: [...arrays] })
  const known = complete ? data : []
  return (
    <Card
      title={t('arrays')}
      aside={
        <Link href="/storage" className="font-medium text-accent text-xs underline-offset-4 hover:underline">
          {t('showStorage')}
        </Link>
      }
    >
      {children}
      {known.length === 0 && !children ? <p className="mt-2 text-ink-soft">{t('noArrays')}</p> : null}
      <ul className="mt-2 grid gap-3">
        {known.map((array) => (
          <li key={array.name} className="grid gap-2">
            <div className="flex min-h-8 items-center gap-3">
              <span className="font-medium">{array.name}</span>
              <span className="figures min-w-0 flex-1 truncate text-ink-soft">{format.bytes(array.size)}</span>
              {array.sync ? <span className="figures text-ink-soft text-xs">{format.percentFine(array.sync.percent)}</span> : null}
              <Pill tone={toneOfArray[array.state]}>{words(`state.${array.state}`)}</Pill>
            </div>
            {array.sync ? (
              <Meter
                progress
                tone="info"
                label={words('progress', { action: words(`action.${array.sync.action}`), name: array.name })}
                value={array.sync.percent}
                valueText={format.percentFine(array.sync.percent)}
              />
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  )
}
