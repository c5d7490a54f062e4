'use client'

import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { DatabaseOperator } from '../../graphql/generated/graphql'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import type { Column } from './table-view'
import { useOperatorWords } from './use-filter-words'
import { takesValue, type WantedFilter } from './wanted'

/** A condition on one of the columns that can be looked at. */
export function FilterDialog({
  columns,
  onAdd,
  onClose,
}: {
  columns: readonly Column[]
  onAdd: (filter: WantedFilter) => void
  onClose: () => void
}) {
  const t = useTranslations('tables')
  const operatorWords = useOperatorWords()
  const offered = columns.filter(({ operators }) => operators.length > 0)
  const [name, setName] = useState(offered[0]?.name ?? '')
  const column = offered.find((each) => each.name === name)
  const [chosen, setOperator] = useState<DatabaseOperator | null>(null)
  const operator = column?.operators.find((each) => each === chosen) ?? column?.operators[0]
  const [value, setValue] = useState('')
  const [upTo, setUpTo] = useState('')
  const [tried, setTried] = useState(false)
  if (!column || !operator) return null
  const choices = column.type === 'CHOICE' && operator === 'EQUALS' ? column.choices : null
  const given = choices ? (choices.includes(value) ? value : (choices[0] ?? '')) : value
  const wrong = takesValue(operator) ? faultOf(column, given) : null
  const wrongEnd = operator === 'BETWEEN' ? faultOf(column, upTo) : null
  const submit = () => {
    setTried(true)
    if (wrong || wrongEnd) return
    onAdd({
      column: column.name,
      operator,
      value: takesValue(operator) ? sent(column, given) : '',
      upTo: wrongEnd === null ? sent(column, upTo) : '',
    })
  }
  return (
    <Dialog open onOpenChange={onClose} title={t('filterTitle')} closeLabel={t('close')}>
      <form
        noValidate
        className="grid gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Choice
          label={t('column')}
          value={name}
          options={offered.map((each) => ({ value: each.name, label: each.name }))}
          onChange={(event) => {
            setName(event.target.value)
            setTried(false)
          }}
        />
        <Choice
          label={t('operator')}
          value={operator}
          options={column.operators.map((each) => ({ value: each, label: operatorWords(each, column.type ?? null) }))}
          onChange={(event) => setOperator(event.target.value as DatabaseOperator)}
        />
        {choices ? (
          <Choice
            label={t('value')}
            value={given}
            options={choices.map((each) => ({ value: each, label: each }))}
            onChange={(event) => setValue(event.target.value)}
          />
        ) : takesValue(operator) ? (
          <ValueField
            label={t(operator === 'BETWEEN' ? 'from' : 'value')}
            column={column}
            value={value}
            error={tried ? wrong : null}
            onChange={setValue}
          />
        ) : null}
        {operator === 'BETWEEN' ? (
          <ValueField label={t('upTo')} column={column} value={upTo} error={tried ? wrongEnd : null} onChange={setUpTo} />
        ) : null}
        <div className="flex justify-end">
          <Button type="submit" look="primary">
            {t('apply')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

type Fault = 'wrongNumber' | 'wrongDecimal' | 'wrongTime' | 'missing'

function ValueField({
  column,
  error,
  label,
  onChange,
  value,
}: {
  column: Column
  error: Fault | null
  label: string
  onChange: (value: string) => void
  value: string
}) {
  const t = useTranslations('tables')
  const id = useId()
  return (
    <Field
      id={id}
      label={label}
      type={column.type === 'TIME' ? 'datetime-local' : 'text'}
      inputMode={column.type === 'NUMBER' ? 'numeric' : column.type === 'DECIMAL' ? 'decimal' : undefined}
      value={value}
      maxLength={256}
      error={error ? t(error) : undefined}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function faultOf({ type }: Column, value: string): Fault | null {
  const text = value.trim()
  if (type === 'NUMBER') return /^-?\d{1,15}$/.test(text) ? null : 'wrongNumber'
  if (type === 'DECIMAL') return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? null : 'wrongDecimal'
  if (type === 'TIME') return Number.isNaN(Date.parse(value)) ? 'wrongTime' : null
  return value === '' ? 'missing' : null
}

/** As the server takes it: times with their zone. */
function sent({ type }: Column, value: string): string {
  if (type === 'TIME') return value === '' ? '' : new Date(value).toISOString()
  return type === 'NUMBER' || type === 'DECIMAL' ? value.trim() : value
}
