'use client'

import { useMutation } from '@apollo/client/react'
import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { renewSession } from '../../graphql/session-end'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { PasswordField } from '../../ui/password-field'
import { sayDone } from '../../ui/toast'
import { SHORTEST_PASSWORD } from '../auth/password-rule'
import { useMe } from '../auth/session'
import { useConfirmed } from '../auth/use-confirmed'
import { StrengthHint } from './strength-hint'

export const ChangePasswordDocument = graphql(`
  mutation ChangePassword($input: ChangePasswordInput!) {
    changePassword(input: $input) {
      ... on Session {
        id
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
  current: string
  new: string
}

const fields = ['current', 'new'] as const

/** Another password for oneself. It signs out everywhere else, and says so before. */
export function PasswordForm({ isSet, onChanged }: { isSet: boolean; onChanged: () => void }) {
  const t = useTranslations('profile.password')
  const auth = useTranslations('auth')
  const { username } = useMe()
  const confirmed = useConfirmed()
  const [change] = useMutation(ChangePasswordDocument)
  const { control, formState, handleSubmit, register, reset, setError } = useForm<Values>({ defaultValues: { current: '', new: '' } })
  const showProblem = useProblemErrors<Values>(fields, setError)
  const typed = useWatch({ control, name: 'new' })
  const { errors } = formState

  const submit = handleSubmit(async (values) => {
    const input = { current: isSet ? values.current : null, new: values.new }
    try {
      const answer = await confirmed(() =>
        renewSession(
          () => change({ variables: { input } }),
          ({ data }) => data !== undefined && !('code' in data.changePassword),
        ),
      )
      if (!answer) return
      const result = answer.data?.changePassword
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
      reset()
      sayDone(t('done'))
      onChanged()
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  const look = { showLabel: auth('showPassword'), hideLabel: auth('hidePassword') }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      {/* For password managers: they keep the new one under this name. */}
      <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
      {isSet ? (
        <PasswordField
          {...look}
          label={t('current')}
          autoComplete="current-password"
          error={errors.current?.message}
          {...register('current', { required: auth('required') })}
        />
      ) : null}
      <PasswordField
        {...look}
        label={t('new')}
        hint={typed ? <StrengthHint password={typed} username={username} /> : t('hint', { count: SHORTEST_PASSWORD })}
        autoComplete="new-password"
        error={errors.new?.message}
        {...register('new', { required: auth('required') })}
      />
      <div className="flex flex-col items-start justify-between gap-x-6 gap-y-3 sm:flex-row sm:items-center">
        <p className="min-w-0 text-[13px] text-ink-soft sm:flex-1">{t('ends')}</p>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {isSet ? t('change') : t('set')}
        </Button>
      </div>
    </form>
  )
}
