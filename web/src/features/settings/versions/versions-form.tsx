'use client'

import { useMutation } from '@apollo/client/react'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useProblemErrors } from '../../../graphql/use-problem-errors'
import { Button } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'

export const ChangeVersionSettingsDocument = graphql(`
  mutation ChangeVersionSettings($input: ChangeVersionSettingsInput!) {
    changeVersionSettings(input: $input) {
      ... on VersionSettings {
        last
        days
        weeks
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

const fields = ['last', 'days', 'weeks'] as const
type Values = Record<(typeof fields)[number], string>
const most = { last: 1_000, days: 3_650, weeks: 520 } as const

const isCount = (value: string, most: number) => /^\d{1,4}$/.test(value) && Number(value) <= most

/** Three rules, each a number. */
export function VersionsForm({
  rules,
  totals,
  onSaved,
}: {
  rules: Record<(typeof fields)[number], number>
  totals: { readonly count: number; readonly size: number }
  onSaved: () => void
}) {
  const t = useTranslations('versions.settings')
  const format = useFormat()
  const [change] = useMutation(ChangeVersionSettingsDocument)
  const { control, register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { last: String(rules.last), days: String(rules.days), weeks: String(rules.weeks) },
  })
  const wanted = useWatch({ control })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError)

  const submit = handleSubmit(async ({ last, days, weeks }) => {
    try {
      const input = { last: Number(last), days: Number(days), weeks: Number(weeks) }
      const result = (await change({ variables: { input } })).data?.changeVersionSettings
      if (!result || 'code' in result) return showProblem(result ?? { code: 'INTERNAL', message: '' })
      sayDone(t('saved'))
      onSaved()
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <Card title={t('title')} className="max-w-3xl">
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-3 grid gap-4">
        <p className="max-w-[60ch] text-ink-soft">{t('lead')}</p>
        <p className="figures text-ink-soft">{t('space', { count: totals.count, size: format.bytes(totals.size) })}</p>
        <FormError message={errors.root?.message} />
        {fields.map((field) => (
          <Field
            key={field}
            label={t(field)}
            hint={t('hint', { most: most[field] })}
            inputMode="numeric"
            autoComplete="off"
            className="max-w-xs"
            error={errors[field]?.message}
            {...register(field, { validate: (value) => isCount(value, most[field]) || t('wrong', { most: most[field] }) })}
          />
        ))}
        <p role="status" className="text-[13px] text-warn empty:hidden">
          {fields.every((field) => wanted[field] === '0') ? t('off') : null}
        </p>
        <div>
          <Button type="submit" look="primary" disabled={!formState.isDirty} pending={formState.isSubmitting}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
