'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { Role } from '../../graphql/generated/graphql'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { NewPasswordField } from '../auth/new-password-field'
import { useConfirmed } from '../auth/use-confirmed'
import { UsernameField } from '../auth/username-field'
import { RoleChoice } from './role-choice'

export const CreateUserDocument = graphql(`
  mutation CreateUser($input: CreateUserInput!) {
    createUser(input: $input) {
      ... on User {
        id
        username
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
  email: string
  password: string
  role: Role
}

const fields = ['username', 'email', 'password', 'role'] as const
const fieldOfCode = { USERNAME_TAKEN: 'username', HOME_NAME_TAKEN: 'username', WEAK_PASSWORD: 'password' } as const

export function CreateUserForm({ onCancel, onCreated }: { onCancel: () => void; onCreated: () => void }) {
  const t = useTranslations('people')
  const auth = useTranslations('auth')
  const confirmed = useConfirmed()
  const [createUser] = useMutation(CreateUserDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { username: '', email: '', password: '', role: 'USER' },
  })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)

  const submit = handleSubmit(async (values) => {
    const input = { ...values, username: values.username.trim(), email: values.email.trim() || null }
    try {
      const answer = await confirmed(() => createUser({ variables: { input } }))
      if (!answer) return
      const result = answer.data?.createUser
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
      sayDone(t('created', { name: result.username }))
    } catch (error) {
      showProblem(readFailure(error))
      return
    }
    onCreated()
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      <UsernameField
        label={t('name')}
        hint={auth('usernameHint')}
        error={errors.username?.message}
        {...register('username', { required: auth('required') })}
      />
      <NewPasswordField error={errors.password?.message} {...register('password', { required: auth('required') })} />
      <Field
        label={t('email')}
        hint={t('emailHint')}
        type="email"
        autoComplete="off"
        error={errors.email?.message}
        {...register('email')}
      />
      <RoleChoice {...register('role')} />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('create')}
        </Button>
      </div>
    </form>
  )
}
