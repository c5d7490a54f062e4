'use client'

import { useMutation } from '@apollo/client/react'
import { useRouter } from 'next/navigation'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useGraph } from '../../graphql/graph-provider'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { NewPasswordField } from './new-password-field'
import { UsernameField } from './username-field'

export const CompleteSetupDocument = graphql(`
  mutation CompleteSetup($input: CompleteSetupInput!) {
    completeSetup(input: $input) {
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
  setupToken: string
  username: string
  password: string
}

const fields = ['setupToken', 'username', 'password'] as const
const fieldOfCode = {
  SETUP_TOKEN_WRONG: 'setupToken',
  USERNAME_TAKEN: 'username',
  HOME_NAME_TAKEN: 'username',
  WEAK_PASSWORD: 'password',
} as const

/** `token` comes from the link that the console prints, so that nobody has to type it. */
export function SetupForm({ token }: { token: string }) {
  const t = useTranslations('auth')
  const router = useRouter()
  const { client } = useGraph()
  const [completeSetup] = useMutation(CompleteSetupDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { setupToken: token, username: '', password: '' },
  })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)

  const submit = handleSubmit(async (values) => {
    const input = { ...values, setupToken: values.setupToken.trim(), username: values.username.trim() }
    try {
      const result = (await completeSetup({ variables: { input } })).data?.completeSetup
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
    } catch (error) {
      showProblem(readFailure(error))
      return
    }
    await client.clearStore()
    router.replace('/')
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      <Field
        label={t('setupToken')}
        hint={t('setupTokenHint')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus={token === ''}
        error={errors.setupToken?.message}
        {...register('setupToken', { required: t('required') })}
      />
      <UsernameField
        label={t('username')}
        hint={t('usernameHint')}
        autoComplete="username"
        autoFocus={token !== ''}
        error={errors.username?.message}
        {...register('username', { required: t('required') })}
      />
      <NewPasswordField error={errors.password?.message} {...register('password', { required: t('required') })} />
      <Button type="submit" look="primary" size="large" pending={formState.isSubmitting}>
        {t('createAdmin')}
      </Button>
    </form>
  )
}
