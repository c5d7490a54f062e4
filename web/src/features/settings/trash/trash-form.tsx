'use client'

import { useMutation } from '@apollo/client/react'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useProblemErrors } from '../../../graphql/use-problem-errors'
import { Button } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'

export const ChangeTrashSettingsDocument = graphql(`
  mutation ChangeTrashSettings($days: Int!, $percent: Int!) {
    changeTrashSettings(input: { days: $days, percent: $percent }) {
      ... on TrashSettings {
        days
        percent
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

interface Values {
  forever: boolean
  days: string
  percent: string
}

const fields = ['days', 'percent'] as const
/** What is proposed to whoever has kept everything so far. */
const usualDays = 30

const isDays = (value: string) => /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 3_650
const isPercent = (value: string) => /^\d{1,3}$/.test(value) && Number(value) <= 100
/** 0 stands for no limit. */
const isLess = (wanted: number, present: number) => wanted !== 0 && (present === 0 || wanted < present)

/** So many days, and so much of the disk. */
export function TrashForm({ days, percent, onSaved }: { days: number; percent: number; onSaved: () => void }) {
  const t = useTranslations('trash.settings')
  const [change] = useMutation(ChangeTrashSettingsDocument)
  const { control, register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { forever: days === 0, days: String(days === 0 ? usualDays : days), percent: String(percent) },
  })
  const wanted = useWatch({ control })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError)
  const lessTime = !wanted.forever && isDays(wanted.days ?? '') && isLess(Number(wanted.days), days)
  const lessSpace = isPercent(wanted.percent ?? '') && isLess(Number(wanted.percent), percent)

  const submit = handleSubmit(async (values) => {
    try {
      const variables = { days: values.forever ? 0 : Number(values.days), percent: Number(values.percent) }
      const result = (await change({ variables })).data?.changeTrashSettings
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
        <FormError message={errors.root?.message} />
        <label className="flex items-center gap-2.5">
          <input type="checkbox" className="size-4 accent-(--accent)" {...register('forever')} />
          {t('forever')}
        </label>
        {wanted.forever ? null : (
          <Field
            label={t('days')}
            hint={t('daysHint')}
            inputMode="numeric"
            autoComplete="off"
            className="max-w-xs"
            error={errors.days?.message}
            {...register('days', { validate: (value, { forever }) => forever || isDays(value) || t('daysWrong') })}
          />
        )}
        <Field
          label={t('percent')}
          hint={t('percentHint')}
          inputMode="numeric"
          autoComplete="off"
          className="max-w-xs"
          error={errors.percent?.message}
          {...register('percent', { validate: (value) => isPercent(value) || t('percentWrong') })}
        />
        <p role="status" className="text-[13px] text-ink-soft empty:hidden">
          {lessTime || lessSpace ? t('less') : null}
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
