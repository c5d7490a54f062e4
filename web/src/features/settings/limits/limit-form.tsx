'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useLocale, useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useProblemErrors } from '../../../graphql/use-problem-errors'
import { Button } from '../../../ui/button'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'
import { useConfirmed } from '../../auth/use-confirmed'
import type { LimitRow } from './limit-table'
import { parseNumber, shownRefill, storedRefill, unitOf } from './refill-unit'
import { useRateWords } from './use-rate-words'

export const UpdateLimitDocument = graphql(`
  mutation UpdateLimit($input: UpdateLimitInput!) {
    updateLimit(input: $input) {
      ... on Limit {
        id
        ...LimitTable_limit
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

export const ResetLimitDocument = graphql(`
  mutation ResetLimit($input: ResetLimitInput!) {
    resetLimit(input: $input) {
      ... on Limit {
        id
        ...LimitTable_limit
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
  capacity: string
  refill: string
}

const fields = ['capacity', 'refill'] as const

/** How many at once, and how many come back; within what the server allows. */
export function LimitForm({ limit, onClose }: { limit: LimitRow; onClose: () => void }) {
  const t = useTranslations('limits')
  const number = new Intl.NumberFormat(useLocale(), { maximumFractionDigits: 2 })
  const rateWords = useRateWords()
  const confirmed = useConfirmed()
  const [update] = useMutation(UpdateLimitDocument)
  const [reset, resetting] = useMutation(ResetLimitDocument)
  const { kind, least, most, name, preset, rate } = limit
  const unit = unitOf(preset)
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { capacity: String(rate.capacity), refill: String(shownRefill(rate.refillPerSecond, unit)) },
  })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError)

  const refillBounds = [shownRefill(least.refillPerSecond, unit), shownRefill(most.refillPerSecond, unit)] as const
  const words = ([low, high]: readonly [number, number]) => ({ least: number.format(low), most: number.format(high) })
  const within = ([low, high]: readonly [number, number], whole: boolean) => ({
    validate: (text: string) => {
      const value = parseNumber(text)
      if (Number.isNaN(value) || (whole && !Number.isInteger(value))) return t(whole ? 'wholeNumber' : 'aNumber')
      return (value >= low && value <= high) || t('outside', words([low, high]))
    },
  })

  /** Says what went wrong at its field, or that it is done. */
  const finish = async <K extends string>(
    field: K,
    change: () => Promise<{ data?: Record<K, { code: string; message: string } | { id: string }> | null | undefined }>,
    done: string,
  ) => {
    try {
      const answer = await confirmed(change)
      if (!answer) return
      const result = answer.data?.[field]
      if (!result || 'code' in result) return showProblem(result ?? { code: 'INTERNAL', message: '' })
    } catch (error) {
      return showProblem(readFailure(error))
    }
    sayDone(done)
    onClose()
  }
  const submit = handleSubmit(({ capacity, refill }) => {
    const refillPerSecond = kind === 'AT_ONCE' ? 0 : storedRefill(parseNumber(refill), unit)
    const input = { name, capacity: parseNumber(capacity), refillPerSecond }
    return finish('updateLimit', () => update({ variables: { input } }), t('saved'))
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      <Field
        label={t(kind === 'AT_ONCE' ? 'most' : 'capacity')}
        hint={t('between', words([least.capacity, most.capacity]))}
        inputMode="numeric"
        autoComplete="off"
        error={errors.capacity?.message}
        {...register('capacity', within([least.capacity, most.capacity], true))}
      />
      {kind === 'AT_ONCE' ? null : (
        <Field
          label={t(unit === 'second' ? 'refillPerSecond' : 'refillPerMinute')}
          hint={t('between', words(refillBounds))}
          inputMode="decimal"
          autoComplete="off"
          error={errors.refill?.message}
          {...register('refill', within(refillBounds, false))}
        />
      )}
      <p className="text-[13px] text-ink-soft">
        {t('presetIs', { rate: rateWords(preset, limit) })} {t('beginsAnew')}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        {limit.adjusted ? (
          <Button
            look="quiet"
            className="mr-auto"
            pending={resetting.loading}
            onClick={() => void finish('resetLimit', () => reset({ variables: { input: { name } } }), t('resetDone'))}
          >
            {t('reset')}
          </Button>
        ) : null}
        <Button look="quiet" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
