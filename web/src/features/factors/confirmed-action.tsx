'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { useConfirmed } from '../auth/use-confirmed'

interface Answered {
  data?: Record<string, unknown> | null | undefined
}

/** The foot of a dialog that asks whether: does it, asking who is there where the server wants to know, and says what went wrong. */
export function ConfirmedAction<T extends Answered>({
  label,
  look = 'danger',
  run,
  onDone,
  onCancel,
}: {
  label: string
  look?: 'danger' | 'primary'
  run: () => Promise<T>
  onDone: (answer: T) => void
  onCancel: () => void
}) {
  const t = useTranslations('factors.app')
  const textOf = useFailureText()
  const confirmed = useConfirmed()
  const [state, setState] = useState<{ pending: boolean; failed?: string }>({ pending: false })

  const act = async () => {
    setState({ pending: true })
    try {
      const answer = await confirmed(run)
      const problem = Object.values(answer?.data ?? {}).find(isProblem)
      setState({ pending: false, ...(problem ? { failed: textOf(problem) } : {}) })
      if (answer && !problem) onDone(answer)
    } catch (error) {
      setState({ pending: false, failed: textOf(readFailure(error)) })
    }
  }

  return (
    <div className="grid gap-4">
      <FormError message={state.failed} />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button look={look} pending={state.pending} onClick={() => void act()}>
          {label}
        </Button>
      </div>
    </div>
  )
}

function isProblem(value: unknown): value is { code: string; message: string } {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}
