'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment, useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { PersonForm_UserFragment, Role } from '../../graphql/generated/graphql'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { useMe } from '../auth/session'
import { useConfirmed } from '../auth/use-confirmed'
import { UsernameField } from '../auth/username-field'
import { fromGigabytes, toGigabytes } from './quota'
import { RoleChoice } from './role-choice'
import { UpdateUserDocument } from './update-user'

export const PersonForm_user = graphql(`
  fragment PersonForm_user on User {
    id
    username
    email
    role
    quotaBytes
  }
`)

interface Values {
  username: string
  email: string
  role: Role
  quota: string
}

const fields = ['username', 'email', 'role', 'quota'] as const
const fieldOfCode = { USERNAME_TAKEN: 'username', HOME_NAME_TAKEN: 'username', LAST_ADMIN: 'role', CANNOT_DO_TO_SELF: 'role' } as const

export function PersonForm({ user }: { user: FragmentType<PersonForm_UserFragment> }) {
  const { data, complete } = useFragment({ fragment: PersonForm_user, from: user })
  return complete ? <Form user={data as PersonForm_UserFragment} /> : null
}

function Form({ user }: { user: PersonForm_UserFragment }) {
  const t = useTranslations('people')
  const auth = useTranslations('auth')
  const me = useMe()
  const isSelf = me.id === user.id
  const confirmed = useConfirmed()
  const [updateUser] = useMutation(UpdateUserDocument)
  const { register, handleSubmit, setError, reset, watch, formState } = useForm<Values>({
    defaultValues: { username: user.username, email: user.email ?? '', role: user.role, quota: toGigabytes(user.quotaBytes) },
  })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)
  const ends = watch('username').trim() !== user.username || watch('role') !== user.role

  const submit = handleSubmit(async (values) => {
    const quotaBytes = fromGigabytes(values.quota)
    if (quotaBytes === undefined) {
      setError('quota', { message: t('person.quotaWrong') }, { shouldFocus: true })
      return
    }
    const input = { id: user.id, username: values.username.trim(), email: values.email.trim() || null, role: values.role, quotaBytes }
    try {
      const answer = await confirmed(() => updateUser({ variables: { input } }))
      if (!answer) return
      const result = answer.data?.updateUser
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
      reset({ username: result.username, email: result.email ?? '', role: result.role, quota: toGigabytes(result.quotaBytes) })
      sayDone(t('saved'))
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <Card title={t('person.account')}>
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-4 grid gap-5">
        <FormError message={errors.root?.message} />
        <UsernameField
          label={t('name')}
          hint={t('person.nameHint')}
          error={errors.username?.message}
          {...register('username', { required: auth('required') })}
        />
        <Field
          label={t('email')}
          hint={t('emailHint')}
          type="email"
          autoComplete="off"
          error={errors.email?.message}
          {...register('email')}
        />
        <div className="grid gap-1.5">
          {isSelf ? <p className="text-[13px] text-ink-soft">{t('person.ownRole')}</p> : <RoleChoice {...register('role')} />}
          <FormError message={errors.role?.message} />
        </div>
        <Field
          label={t('person.quota')}
          hint={t('person.quotaHint')}
          inputMode="decimal"
          autoComplete="off"
          error={errors.quota?.message}
          {...register('quota')}
        />
        <div className="flex flex-wrap items-center justify-end gap-3">
          <p role="status" className="min-w-0 flex-1 text-[13px] text-ink-soft">
            {ends ? (isSelf ? t('person.endsOwnSession') : t('person.endsSessions', { name: user.username })) : ''}
          </p>
          <Button type="submit" look="primary" pending={formState.isSubmitting} disabled={!formState.isDirty}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
