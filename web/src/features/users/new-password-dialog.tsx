'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { NewPasswordField } from '../auth/new-password-field'
import { useConfirmed } from '../auth/use-confirmed'

export const ResetPasswordDocument = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      ... on User {
        id
        sessionCount
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
  password: string
}

const fields = ['password'] as const
const fieldOfCode = { WEAK_PASSWORD: 'password' } as const

export function NewPasswordDialog({ userId, username, onClose }: { userId: string; username: string; onClose: () => void }) {
  const t = useTranslations('people')
  const auth = useTranslations('auth')
  const shell = useTranslations('shell')
  const confirmed = useConfirmed()
  const [resetPassword] = useMutation(ResetPasswordDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({ defaultValues: { password: '' } })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)

  const submit = handleSubmit(async ({ password }) => {
    try {
      const answer = await confirmed(() => resetPassword({ variables: { input: { userId, password } } }))
      if (!answer) return
      const result = answer.data?.resetPassword
      if (!result || 'code' in result) {
        showProblem(result ?? { code: 'INTERNAL', message: '' })
        return
      }
    } catch (error) {
      showProblem(readFailure(error))
      return
    }
    sayDone(t('person.passwordDone', { name: username }))
    onClose()
  })

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('person.passwordTitle', { name: username })}
      description={t('person.passwordLead', { name: username })}
      closeLabel={shell('close')}
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
        <FormError message={errors.root?.message} />
        <NewPasswordField error={errors.password?.message} {...register('password', { required: auth('required') })} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button type="submit" look="primary" pending={formState.isSubmitting}>
            {t('person.passwordSet')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
