import { useTranslations } from 'use-intl'
import type { DatabaseColumnType, DatabaseOperator } from '../../graphql/generated/graphql'
import { useCellText } from './cell-text'
import type { Column } from './table-view'
import { takesValue, type WantedFilter } from './wanted'

/** "is greater than" of a number, "is after" of a time. */
export function useOperatorWords(): (operator: DatabaseOperator, type: DatabaseColumnType | null) => string {
  const t = useTranslations('tables')
  return (operator, type) =>
    type === 'TIME' && (operator === 'GREATER' || operator === 'LESS') ? t(`isTime.${operator}`) : t(`is.${operator}`)
}

/** A condition in words: "action contains files". */
export function useFilterWords(columns: readonly Column[]): (filter: WantedFilter) => string {
  const t = useTranslations('tables')
  const operatorWords = useOperatorWords()
  const textOf = useCellText()
  return ({ column, operator, upTo, value }) => {
    const type = columns.find(({ name }) => name === column)?.type ?? null
    const said = type === 'TIME' ? (text: string) => textOf('TIME', text) ?? '' : (text: string) => text
    const end = operator === 'BETWEEN' ? t('and', { from: said(value), to: said(upTo) }) : takesValue(operator) ? said(value) : ''
    return `${column} ${operatorWords(operator, type)} ${end}`.trim()
  }
}
