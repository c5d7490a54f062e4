'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { ConfirmIdentityInput } from '../../graphql/generated/graphql'
import { renewSession } from '../../graphql/session-end'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { PasswordField } from '../../ui/password-field'
import { CodeField } from '../factors/code-field'
import { settleConfirmation } from './confirmation-request'

export const ConfirmIdentityDocument = graphql(`
  mutation ConfirmIdentity($input: ConfirmIdentityInput!) {
    confirmIdentity(input: $input) {
      ... on IdentityConfirmed {
        at
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

/** Confirms. The session goes on under another token then, and what is asked at the same moment may come with the old one. */
export function useConfirmIdentity() {
  const [confirm] = useMutation(ConfirmIdentityDocument)
  return async (input: ConfirmIdentityInput) => {
    const answer = await renewSession(
      () => confirm({ variables: { input } }),
      ({ data }) => data !== undefined && !('code' in data.confirmIdentity),
    )
    return answer.data?.confirmIdentity ?? { code: 'INTERNAL', message: '' }
  }
}

interface Values {
  password: string
  code: string
}

const fields = ['password', 'code'] as const

/** Confirms with the password, or with a code of the authenticator app. */
export function ConfirmByText({ what }: { what: 'password' | 'code' }) {
  const t = useTranslations('auth.confirm')
  const auth = useTranslations('auth')
  const step = useTranslations('factors.step')
  const confirm = useConfirmIdentity()
  const { register, handleSubmit, setError, formState } = useForm<Values>({ defaultValues: { password: '', code: '' } })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError)

  const submit = handleSubmit(async (values) => {
    try {
      const result = await confirm({ [what]: values[what] })
      if ('code' in result) showProblem(result)
      else settleConfirmation(true)
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <form
      onSubmit={(event) => {
        // The dialog may stand inside the form that asked.
        event.stopPropagation()
        void submit(event)
      }}
      noValidate
      className="grid gap-5"
    >
      <FormError message={errors.root?.message} />
      {what === 'password' ? (
        <PasswordField
          label={auth('password')}
          showLabel={auth('showPassword')}
          hideLabel={auth('hidePassword')}
          autoComplete="current-password"
          autoFocus
          error={errors.password?.message}
          {...register('password', { required: auth('required') })}
        />
      ) : (
        <CodeField label={step('code')} autoFocus error={errors.code?.message} {...register('code', { required: auth('required') })} />
      )}
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={() => settleConfirmation(false)}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('confirm')}
        </Button>
      </div>
    </form>
  )
}
