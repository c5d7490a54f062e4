'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'
import { useConfirmed } from '../../auth/use-confirmed'
import { UpdateSignInPolicyDocument } from './update-policy'

interface Values {
  idleHours: string
  absoluteHours: string
}

const isHours = (value: string) => /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= 8_760

/** After how many hours a session ends. */
export function LifetimeForm({ idleHours, absoluteHours, onSaved }: { idleHours: number; absoluteHours: number; onSaved: () => void }) {
  const t = useTranslations('factors.policy')
  const textOf = useFailureText()
  const confirmed = useConfirmed()
  const [update] = useMutation(UpdateSignInPolicyDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { idleHours: String(idleHours), absoluteHours: String(absoluteHours) },
  })
  const { errors } = formState

  const submit = handleSubmit(async (values) => {
    const input = { idleHours: Number(values.idleHours), absoluteHours: Number(values.absoluteHours) }
    try {
      const answer = await confirmed(() => update({ variables: { input } }))
      if (!answer) return
      const result = answer.data?.updateSignInPolicy
      if (!result || 'code' in result) return setError('root', { message: textOf(result ?? { code: 'INTERNAL', message: '' }) })
      sayDone(t('saved'))
      onSaved()
    } catch (error) {
      setError('root', { message: textOf(readFailure(error)) })
    }
  })

  return (
    <Card title={t('lifetimeTitle')}>
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-3 grid gap-4">
        <p className="max-w-[60ch] text-ink-soft">{t('lifetimeLead')}</p>
        <FormError message={errors.root?.message} />
        <div className="grid max-w-md gap-4 sm:grid-cols-2">
          <Field
            label={t('idle')}
            inputMode="numeric"
            error={errors.idleHours?.message}
            {...register('idleHours', { validate: (value) => isHours(value) || t('hours') })}
          />
          <Field
            label={t('absolute')}
            inputMode="numeric"
            error={errors.absoluteHours?.message}
            {...register('absoluteHours', {
              validate: (value, { idleHours: idle }) => (!isHours(value) ? t('hours') : Number(value) >= Number(idle) || t('order')),
            })}
          />
        </div>
        <div>
          <Button type="submit" look="primary" disabled={!formState.isDirty} pending={formState.isSubmitting}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
