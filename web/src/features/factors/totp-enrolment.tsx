'use client'

import { useMutation } from '@apollo/client/react'
import { Copy } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { Skeleton } from '../../ui/skeleton'
import { sayDone } from '../../ui/toast'
import { useConfirmed } from '../auth/use-confirmed'
import { CodeField } from './code-field'
import { QrCode } from './qr-code'
import { RecoveryCodesPanel } from './recovery-codes-panel'

export const StartTotpEnrolmentDocument = graphql(`
  mutation StartTotpEnrolment {
    startTotpEnrolment {
      ... on TotpEnrolment {
        secret
        uri
        expiresAt
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const ConfirmTotpEnrolmentDocument = graphql(`
  mutation ConfirmTotpEnrolment($input: ConfirmTotpEnrolmentInput!) {
    confirmTotpEnrolment(input: $input) {
      ... on RecoveryCodes {
        codes
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

interface Begun {
  secret: string
  uri: string
  expiresAt: string
}

const fields = ['code'] as const

/** From the QR code over the first code to the recovery codes. `onDone` comes when these are kept. */
export function TotpEnrolment({ username, onDone, onCancel }: { username: string; onDone: () => void; onCancel?: () => void }) {
  const textOf = useFailureText()
  const errors = useTranslations('errors')
  const confirmed = useConfirmed()
  const [start] = useMutation(StartTotpEnrolmentDocument)
  const [begun, setBegun] = useState<Begun | null>(null)
  const [failure, setFailure] = useState<string | null>(null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const cancel = useRef(onCancel)
  cancel.current = onCancel
  const [round, setRound] = useState(0)
  const asked = useRef(-1)

  useEffect(() => {
    // Each start makes another secret: one is enough, also where effects run twice.
    if (asked.current === round) return
    asked.current = round
    void (async () => {
      try {
        const answer = await confirmed(() => start())
        const result = answer?.data?.startTotpEnrolment
        if (!answer) cancel.current?.()
        if (!result || 'code' in result) setFailure(textOf(result ?? { code: 'CONFIRMATION_REQUIRED', message: '' }))
        else setBegun(result)
      } catch (error) {
        setFailure(textOf(readFailure(error)))
      }
    })()
  }, [round, confirmed, start, textOf])

  if (codes) return <RecoveryCodesPanel codes={codes} name={username} onKept={onDone} />
  if (failure) {
    const again = () => {
      setFailure(null)
      setBegun(null)
      setRound((last) => last + 1)
    }
    return (
      <div className="grid justify-items-start gap-4">
        <FormError message={failure} />
        <Button onClick={again}>{errors('retry')}</Button>
      </div>
    )
  }
  if (!begun) return <Skeleton className="h-64" />
  return <ScanAndConfirm begun={begun} onCodes={setCodes} onOver={setFailure} />
}

function ScanAndConfirm({
  begun,
  onCodes,
  onOver,
}: {
  begun: Begun
  onCodes: (codes: readonly string[]) => void
  onOver: (words: string) => void
}) {
  const t = useTranslations('factors.app')
  const codesWords = useTranslations('factors.codes')
  const auth = useTranslations('auth')
  const format = useFormat()
  const textOf = useFailureText()
  const [confirm] = useMutation(ConfirmTotpEnrolmentDocument)
  const { register, handleSubmit, setError, formState } = useForm({ defaultValues: { code: '' } })
  const showProblem = useProblemErrors<{ code: string }>(fields, setError)

  const submit = handleSubmit(async (input) => {
    try {
      const result = (await confirm({ variables: { input } })).data?.confirmTotpEnrolment
      if (result && !('code' in result)) onCodes(result.codes)
      else if (result?.code === 'CHALLENGE_OVER') onOver(textOf(result))
      else showProblem(result ?? { code: 'INTERNAL', message: '' })
    } catch (error) {
      showProblem(readFailure(error))
    }
  })
  const copy = async () => {
    await navigator.clipboard.writeText(begun.secret)
    sayDone(codesWords('copied'))
  }

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-4">
      <p className="text-ink-soft">{t('scan')}</p>
      <QrCode text={begun.uri} label={t('qrLabel')} />
      <div className="grid gap-1.5">
        <p className="text-[13px] text-ink-soft">{t('typeInstead')}</p>
        <div className="flex items-center gap-2">
          <code className="min-w-0 flex-1 select-all break-all rounded-control bg-sunken px-3 py-2 font-mono text-[13px]">
            {begun.secret.replace(/(.{4})(?=.)/g, '$1 ')}
          </code>
          {navigator.clipboard ? (
            <Button size="icon" aria-label={t('copyKey')} onClick={() => void copy()}>
              <Copy aria-hidden />
            </Button>
          ) : null}
        </div>
      </div>
      <FormError message={formState.errors.root?.message} />
      <CodeField label={t('codeLabel')} error={formState.errors.code?.message} {...register('code', { required: auth('required') })} />
      <div className="flex items-center gap-3">
        <p className="flex-1 text-[13px] text-ink-soft">{t('until', { when: format.clock(Date.parse(begun.expiresAt)) })}</p>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('confirm')}
        </Button>
      </div>
    </form>
  )
}
