import { useTranslations } from 'use-intl'
import { tables } from '../../messages/en/tables'

type Known = keyof (typeof tables)['table']

/** What is in a table, for people; one that has no words yet is called by its name. */
export function useTableName(): (name: string) => string {
  const t = useTranslations('tables.table')
  return (name) => (Object.hasOwn(tables.table, name) ? t(name as Known) : name)
}
