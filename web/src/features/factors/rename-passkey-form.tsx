'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'

const RenamePasskeyDocument = graphql(`
  mutation RenamePasskey($input: RenamePasskeyInput!) {
    renamePasskey(input: $input) {
      ... on Passkey {
        id
        name
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

const fields = ['name'] as const

/** Another name by which its owner knows it. */
export function RenamePasskeyForm({ id, name, onDone }: { id: string; name: string; onDone: () => void }) {
  const t = useTranslations('factors.keys')
  const auth = useTranslations('auth')
  const [rename] = useMutation(RenamePasskeyDocument)
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { name } })
  const showProblem = useProblemErrors<{ name: string }>(fields, setError)

  const submit = handleSubmit(async (values) => {
    try {
      const result = (await rename({ variables: { input: { id, ...values } } })).data?.renamePasskey
      if (result && !('code' in result)) onDone()
      else showProblem(result ?? { code: 'INTERNAL', message: '' })
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={formState.errors.root?.message} />
      <Field
        label={t('name')}
        maxLength={64}
        autoFocus
        error={formState.errors.name?.message}
        {...register('name', { required: auth('required') })}
      />
      <div className="flex justify-end">
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('save')}
        </Button>
      </div>
    </form>
  )
}
