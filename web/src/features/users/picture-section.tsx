'use client'

import { useMutation, useQuery } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { Skeleton } from '../../ui/skeleton'
import { sayDone } from '../../ui/toast'
import { AvatarEditor } from './avatar-editor'
import { PeopleWords } from './people-words'
import { UpdateUserDocument } from './update-user'

export const OwnPictureDocument = graphql(`
  query OwnPicture {
    me {
      id
      username
      email
      avatarUrl
    }
  }
`)

/** What one says of oneself: picture and e-mail address. A section of the profile. */
export function PictureSection() {
  return (
    <PeopleWords>
      <Own />
    </PeopleWords>
  )
}

function Own() {
  const t = useTranslations('people.avatar')
  const { data, error, refetch } = useQuery(OwnPictureDocument)
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  const me = data?.me
  if (!me) return <Skeleton className="h-64 rounded-card!" />
  return (
    <div className="grid max-w-3xl gap-4">
      <Card title={t('picture')}>
        <AvatarEditor who="me" name={me.username} url={me.avatarUrl} onChanged={() => void refetch().catch(() => {})} />
      </Card>
      <Card title={t('email')}>
        <EmailForm key={me.email} id={me.id} email={me.email ?? ''} />
      </Card>
    </div>
  )
}

const fields = ['email'] as const

function EmailForm({ id, email }: { id: string; email: string }) {
  const t = useTranslations('people')
  const [updateUser] = useMutation(UpdateUserDocument)
  const { register, handleSubmit, setError, formState } = useForm<{ email: string }>({ defaultValues: { email } })
  const { errors } = formState
  const showProblem = useProblemErrors<{ email: string }>(fields, setError)
  const submit = handleSubmit(async (values) => {
    try {
      const result = (await updateUser({ variables: { input: { id, email: values.email.trim() || null } } })).data?.updateUser
      if (!result || 'code' in result) showProblem(result ?? { code: 'INTERNAL', message: '' })
      else sayDone(t('saved'))
    } catch (error) {
      showProblem(readFailure(error))
    }
  })
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="mt-4 grid gap-4">
      <FormError message={errors.root?.message} />
      <Field
        label={t('email')}
        hint={t('emailHint')}
        type="email"
        autoComplete="email"
        error={errors.email?.message}
        {...register('email')}
      />
      <Button type="submit" look="primary" className="justify-self-start" pending={formState.isSubmitting} disabled={!formState.isDirty}>
        {t('save')}
      </Button>
    </form>
  )
}
