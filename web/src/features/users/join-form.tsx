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
import { FormError } from '../../ui/form-error'
import { NewPasswordField } from '../auth/new-password-field'
import { UsernameField } from '../auth/username-field'

export const AcceptInvitationDocument = graphql(`
  mutation AcceptInvitation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
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
  username: string
  password: string
}

const fields = ['username', 'password'] as const
const fieldOfCode = { USERNAME_TAKEN: 'username', HOME_NAME_TAKEN: 'username', WEAK_PASSWORD: 'password' } as const

export function JoinForm({ token, username }: { token: string; username: string }) {
  const t = useTranslations('people.join')
  const auth = useTranslations('auth')
  const router = useRouter()
  const { client } = useGraph()
  const [accept] = useMutation(AcceptInvitationDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({ defaultValues: { username, password: '' } })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)

  const submit = handleSubmit(async ({ username, password }) => {
    try {
      const result = (await accept({ variables: { input: { token, username: username.trim(), password } } })).data?.acceptInvitation
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
    } catch (error) {
      showProblem(readFailure(error))
      return
    }
    await client.clearStore()
    // Not back to the link: it has been used.
    router.replace('/')
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      <UsernameField
        label={auth('username')}
        hint={t('nameHint')}
        autoComplete="username"
        autoFocus
        error={errors.username?.message}
        {...register('username', { required: auth('required') })}
      />
      <NewPasswordField error={errors.password?.message} {...register('password', { required: auth('required') })} />
      <Button type="submit" look="primary" size="large" pending={formState.isSubmitting}>
        {t('create')}
      </Button>
    </form>
  )
}
