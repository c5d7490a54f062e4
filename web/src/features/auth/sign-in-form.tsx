'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { SecondFactorMethod } from '../../graphql/generated/graphql'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { PasswordField } from '../../ui/password-field'

export const SignInDocument = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      ... on Session {
        id
      }
      ... on TwoFactorRequired {
        challenge
        methods
      }
      ... on Problem {
        code
        field
        message
      }
      ... on RateLimited {
        retryAfterSeconds
      }
    }
  }
`)

interface Values {
  username: string
  password: string
}

const fields = ['username', 'password'] as const
const fieldOfCode = { SIGN_IN_FAILED: 'password' } as const

/** What a sign-in goes on with when the password is not enough. */
export interface HalfSignedIn {
  challenge: string
  methods: readonly SecondFactorMethod[]
}

export interface SignInFormProps {
  /** Said over the form: why one is here again. */
  words?: string | undefined
  onSignedIn: () => Promise<void>
  onHalf: (half: HalfSignedIn) => void
}

export function SignInForm({ words, onSignedIn, onHalf }: SignInFormProps) {
  const t = useTranslations('auth')
  const [signIn] = useMutation(SignInDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({ defaultValues: { username: '', password: '' } })
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)

  const submit = handleSubmit(async (input) => {
    try {
      const result = (await signIn({ variables: { input } })).data?.signIn
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
      if ('challenge' in result) {
        onHalf(result)
        return
      }
    } catch (error) {
      showProblem(readFailure(error))
      return
    }
    await onSignedIn()
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={formState.errors.root?.message ?? (formState.isSubmitting ? undefined : words)} />
      <Field
        label={t('username')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        error={formState.errors.username?.message}
        {...register('username', { required: t('required') })}
      />
      <PasswordField
        label={t('password')}
        showLabel={t('showPassword')}
        hideLabel={t('hidePassword')}
        autoComplete="current-password"
        error={formState.errors.password?.message}
        {...register('password', { required: t('required') })}
      />
      <Button type="submit" look="primary" size="large" pending={formState.isSubmitting}>
        {t('signIn')}
      </Button>
    </form>
  )
}
