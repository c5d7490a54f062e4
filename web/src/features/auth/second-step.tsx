'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { PasskeyAssertionInput, SecondFactorMethod } from '../../graphql/generated/graphql'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { CodeField } from '../factors/code-field'
import { FactorWords } from '../factors/factor-words'
import { askPasskey } from '../factors/passkey-browser'
import { usePasskeyWords } from '../factors/use-passkey-words'

export const VerifyTwoFactorDocument = graphql(`
  mutation VerifyTwoFactor($input: VerifyTwoFactorInput!) {
    verifyTwoFactor(input: $input) {
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

const StartPasskeyVerificationDocument = graphql(`
  mutation StartPasskeyVerification($input: StartPasskeyVerificationInput!) {
    startPasskeyVerification(input: $input) {
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

interface Values {
  code: string
  rememberBrowser: boolean
}

const fields = ['code'] as const
const ways = { TOTP: 'useCode', PASSKEY: 'usePasskey', RECOVERY_CODE: 'useRecovery' } as const
const leads = { TOTP: 'codeLead', PASSKEY: 'passkeyLead', RECOVERY_CODE: 'recoveryLead' } as const

export interface SecondStepProps {
  challenge: string
  methods: readonly SecondFactorMethod[]
  onSignedIn: () => Promise<void>
  /** With words when the password must be typed again. */
  onBack: (words?: string) => void
}

/** The second half of a sign-in: a code, a recovery code or a passkey. */
export function SecondStep(props: SecondStepProps) {
  return (
    <FactorWords>
      <Step {...props} />
    </FactorWords>
  )
}

function Step({ challenge, methods, onSignedIn, onBack }: SecondStepProps) {
  const t = useTranslations('factors.step')
  const auth = useTranslations('auth')
  const wordsOf = usePasskeyWords()
  const [method, setMethod] = useState<SecondFactorMethod>(methods[0] ?? 'RECOVERY_CODE')
  const [verify] = useMutation(VerifyTwoFactorDocument)
  const [startPasskey] = useMutation(StartPasskeyVerificationDocument)
  const { register, handleSubmit, setError, clearErrors, resetField, formState } = useForm<Values>({
    defaultValues: { code: '', rememberBrowser: false },
  })
  const showProblem = useProblemErrors<Values>(fields, setError)

  const finish = async (shown: { code: string } | { passkey: PasskeyAssertionInput }, rememberBrowser: boolean) => {
    const result = (await verify({ variables: { input: { challenge, ...shown, rememberBrowser } } })).data?.verifyTwoFactor
    if (result && !('code' in result)) await onSignedIn()
    else if (result?.code === 'CHALLENGE_OVER') onBack(t('over'))
    else showProblem(result ?? { code: 'INTERNAL', message: '' })
  }

  const submit = handleSubmit(async ({ code, rememberBrowser }) => {
    try {
      if (method !== 'PASSKEY') return await finish({ code }, rememberBrowser)
      const begun = (await startPasskey({ variables: { input: { challenge } } })).data?.startPasskeyVerification
      if (begun && 'options' in begun) await finish({ passkey: await askPasskey(begun.options) }, rememberBrowser)
      else if (begun?.code === 'CHALLENGE_OVER') onBack(t('over'))
      else showProblem(begun ?? { code: 'INTERNAL', message: '' })
    } catch (error) {
      if (method === 'PASSKEY') setError('root', { message: wordsOf(error) })
      else showProblem(readFailure(error))
    }
  })

  const change = (next: SecondFactorMethod) => {
    clearErrors()
    resetField('code')
    setMethod(next)
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate aria-label={t('title')} className="grid gap-5">
      <p className="text-ink-soft">{t(leads[method])}</p>
      <FormError message={formState.errors.root?.message} />
      {method === 'TOTP' ? (
        <CodeField
          key="totp"
          label={t('code')}
          autoFocus
          error={formState.errors.code?.message}
          {...register('code', { required: auth('required') })}
        />
      ) : null}
      {method === 'RECOVERY_CODE' ? (
        <Field
          key="recovery"
          label={t('recoveryCode')}
          autoFocus
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="xxxx-xxxx-xxxx"
          error={formState.errors.code?.message}
          {...register('code', { required: auth('required') })}
        />
      ) : null}
      <label className="flex items-center gap-2.5 text-[13px]">
        <input type="checkbox" className="size-4 accent-(--accent)" {...register('rememberBrowser')} />
        {t('remember')}
      </label>
      <Button type="submit" look="primary" size="large" pending={formState.isSubmitting}>
        {method === 'PASSKEY' ? t('usePasskey') : t('goOn')}
      </Button>
      <div className="grid justify-items-start gap-1">
        {methods
          .filter((each) => each !== method)
          .map((each) => (
            <Button key={each} look="quiet" size="small" className="-ml-2.5" onClick={() => change(each)}>
              {t(ways[each])}
            </Button>
          ))}
        <Button look="quiet" size="small" className="-ml-2.5" onClick={() => onBack()}>
          {t('back')}
        </Button>
      </div>
    </form>
  )
}
