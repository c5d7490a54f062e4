import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import type { DatabaseColumnType } from '../../graphql/generated/graphql'

export type RowValues = Readonly<Record<string, unknown>>

/** A value as it stands in the table: null where there is none. */
export function useCellText(): (type: DatabaseColumnType | null, value: unknown) => string | null {
  const t = useTranslations('tables')
  const format = useFormat()
  return (type, value) => {
    if (value === null || value === undefined) return null
    if (type === 'FLAG') return t(value ? 'yes' : 'no')
    if (type === 'TIME' && typeof value === 'string') return `${format.moment(Date.parse(value))}`
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

/** How wide a column is, in rem: what stands in it decides, not what is there at the moment. */
export function widthOf(type: DatabaseColumnType | null, name: string): number {
  const least = 3.5 + name.length * 0.48
  const usual = { ID: 16, TEXT: 15, CHOICE: 11, NUMBER: 9, DECIMAL: 8, FLAG: 6, TIME: 12, JSON: 18 }[type ?? 'TEXT']
  return Math.max(usual, least)
}
