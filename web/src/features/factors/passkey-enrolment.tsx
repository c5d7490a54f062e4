'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { useConfirmed } from '../auth/use-confirmed'
import { createPasskey } from './passkey-browser'
import { RecoveryCodesPanel } from './recovery-codes-panel'
import { usePasskeyWords } from './use-passkey-words'

const StartPasskeyRegistrationDocument = graphql(`
  mutation StartPasskeyRegistration {
    startPasskeyRegistration {
      ... on PasskeyOptions {
        options
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

const RegisterPasskeyDocument = graphql(`
  mutation RegisterPasskey($input: RegisterPasskeyInput!) {
    registerPasskey(input: $input) {
      ... on PasskeyRegistered {
        passkey {
          id
        }
        recoveryCodes
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
  name: string
}

const fields = ['name'] as const

/** A name for it, then the browser's own questions; with the first factor of the account, its recovery codes. */
export function PasskeyEnrolment({ username, onDone, onCancel }: { username: string; onDone: () => void; onCancel: () => void }) {
  const t = useTranslations('factors.keys')
  const app = useTranslations('factors.app')
  const auth = useTranslations('auth')
  const wordsOf = usePasskeyWords()
  const confirmed = useConfirmed()
  const [start] = useMutation(StartPasskeyRegistrationDocument)
  const [finish] = useMutation(RegisterPasskeyDocument)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const { register, handleSubmit, setError, formState } = useForm<Values>({ defaultValues: { name: '' } })
  const showProblem = useProblemErrors<Values>(fields, setError)

  const submit = handleSubmit(async ({ name }) => {
    try {
      const answer = await confirmed(() => start())
      if (!answer) return
      const begun = answer.data?.startPasskeyRegistration
      if (!begun || !('options' in begun)) return showProblem(begun ?? { code: 'INTERNAL', message: '' })
      const attestation = await createPasskey(begun.options)
      const result = (await finish({ variables: { input: { name, attestation } } })).data?.registerPasskey
      if (!result || 'code' in result) return showProblem(result ?? { code: 'INTERNAL', message: '' })
      if (result.recoveryCodes) setCodes(result.recoveryCodes)
      else onDone()
    } catch (error) {
      setError('root', { message: wordsOf(error) })
    }
  })

  if (codes) return <RecoveryCodesPanel codes={codes} name={username} onKept={onDone} />
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={formState.errors.root?.message} />
      <Field
        label={t('name')}
        placeholder={t('nameExample')}
        maxLength={64}
        autoFocus
        error={formState.errors.name?.message}
        {...register('name', { required: auth('required') })}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {app('cancel')}
        </Button>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('next')}
        </Button>
      </div>
    </form>
  )
}
