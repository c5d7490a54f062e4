'use client'

import { useTranslations } from 'use-intl'

export interface Change {
  name: string
  before: string | null
  after: string | null
}

/** What changed: before struck out, after below it. */
export function ChangeTable({ changes }: { changes: readonly Change[] }) {
  const t = useTranslations('audit')
  return (
    <table className="w-full table-fixed border-collapse text-left text-[13px]">
      <caption className="pb-2 text-left font-medium text-ink-soft text-xs">{t('changes')}</caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('field')}</th>
          <th scope="col">{t('before')}</th>
          <th scope="col">{t('after')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, after }) => (
          <tr key={name} className="border-line border-t align-top">
            <th scope="row" className="w-28 break-words py-2 pr-3 font-normal text-ink-soft">
              {name}
            </th>
            <td className="break-words py-2 pr-3">
              {before === null ? (
                <span className="text-ink-soft">–</span>
              ) : (
                <del className="rounded bg-bad-soft px-1 text-bad">{readable(before)}</del>
              )}
            </td>
            <td className="break-words py-2">
              {after === null ? (
                <span className="text-ink-soft">–</span>
              ) : (
                <ins className="rounded bg-good-soft px-1 text-good no-underline">{readable(after)}</ins>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** A value as JSON, as people write it: texts without quotes, lists with commas. */
export function readable(json: string): string {
  try {
    const value: unknown = JSON.parse(json)
    if (Array.isArray(value)) return value.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(', ')
    return typeof value === 'string' ? value : value === null ? '–' : JSON.stringify(value)
  } catch {
    return json
  }
}
