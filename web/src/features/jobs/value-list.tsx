'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { jobs } from '../../messages/en/jobs'

type Known = keyof (typeof jobs)['value']

/** What a job was given, or what came of it: names in words where there are any, else as the work itself calls them. */
export function ValueList({ value, empty }: { value: unknown; empty: string }) {
  const t = useTranslations('jobs')
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (entries.length === 0) return <p className="text-ink-soft">{empty}</p>
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-2 text-[13px]">
      {entries.map(([name, each]) => (
        <Pair key={name} name={Object.hasOwn(jobs.value, name) ? t(`value.${name as Known}`) : wordsOf(name)}>
          <Value name={name} value={each} />
        </Pair>
      ))}
    </dl>
  )
}

export function Pair({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-soft first-letter:uppercase">{name}</dt>
      <dd className="figures min-w-0 break-words">{children}</dd>
    </>
  )
}

/** `bytesCopied` → "bytes copied". */
function wordsOf(name: string): string {
  return name
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
}

function Value({ name, value }: { name: string; value: unknown }) {
  const t = useTranslations('jobs.detail')
  const format = useFormat()
  if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) return t('none')
  if (typeof value === 'boolean') return value ? t('yes') : t('no')
  if (typeof value === 'number') return /bytes$/i.test(name) ? format.bytes(value) : format.number(value, Number.isInteger(value) ? 0 : 2)
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return (
      <ul>
        {value.slice(0, 100).map((each) => (
          <li key={each}>{each}</li>
        ))}
        {value.length > 100 ? <li className="text-ink-soft">…</li> : null}
      </ul>
    )
  }
  return <code className="whitespace-pre-wrap break-all font-mono text-xs">{JSON.stringify(value, null, 1)}</code>
}
