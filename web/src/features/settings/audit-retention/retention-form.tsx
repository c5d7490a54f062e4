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
import { useConfirmed } from '../../auth/use-confirmed'

export const UpdateAuditRetentionDocument = graphql(`
  mutation UpdateAuditRetention($days: Int!) {
    updateAuditRetention(input: { days: $days }) {
      ... on AuditRetention {
        days
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
}

const fields = ['days'] as const
const fieldOfCode = { INVALID_INPUT: 'days' } as const
/** What is proposed to whoever has kept everything so far. */
const usualDays = 365

const isDays = (value: string) => /^\d{1,5}$/.test(value) && Number(value) >= 30 && Number(value) <= 36_500

/** For ever, or so many days. */
export function RetentionForm({ days, onSaved }: { days: number; onSaved: () => void }) {
  const t = useTranslations('audit.retention')
  const confirmed = useConfirmed()
  const [update] = useMutation(UpdateAuditRetentionDocument)
  const { control, register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { forever: days === 0, days: String(days === 0 ? usualDays : days) },
  })
  const wanted = useWatch({ control })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)
  const isShorter = !wanted.forever && isDays(wanted.days ?? '') && (days === 0 || Number(wanted.days) < days)

  const submit = handleSubmit(async (values) => {
    try {
      const answer = await confirmed(() => update({ variables: { days: values.forever ? 0 : Number(values.days) } }))
      if (!answer) return
      const result = answer.data?.updateAuditRetention
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
        <p role="status" className="text-[13px] text-ink-soft empty:hidden">
          {isShorter ? t('shorter') : null}
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
