'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { integrity } from '../../messages/en/integrity'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { nameOf } from '../files/path'
import type { Damage } from './use-integrity'

export interface Wish {
  kind: 'accept' | 'quarantine' | 'restore'
  damage: Damage
}

const AcceptDamageDocument = graphql(`
  mutation AcceptDamage($id: ID!) {
    acceptDamage(id: $id) {
      ... on FileDamage {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

const QuarantineDamageDocument = graphql(`
  mutation QuarantineDamage($id: ID!) {
    quarantineDamage(id: $id) {
      ... on FileDamage {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

const RestoreFromQuarantineDocument = graphql(`
  mutation RestoreFromQuarantine($id: ID!) {
    restoreFromQuarantine(id: $id) {
      ... on FileDamage {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Says what will happen to a damaged file, and does it. */
export function SettleDialog({ wish: { damage, kind }, onClose }: { wish: Wish; onClose: () => void }) {
  const t = useTranslations('integrity')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [accept] = useMutation(AcceptDamageDocument)
  const [quarantine] = useMutation(QuarantineDamageDocument)
  const [restore] = useMutation(RestoreFromQuarantineDocument)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const name = nameOf(damage.path)
  const variables = { id: damage.id }
  const ask = async () => {
    if (kind === 'accept') return (await accept({ variables })).data?.acceptDamage
    if (kind === 'quarantine') return (await quarantine({ variables })).data?.quarantineDamage
    return (await restore({ variables })).data?.restoreFromQuarantine
  }
  const wordsOf = (problem: { code: string; message: string }) =>
    Object.hasOwn(integrity.failure, problem.code) ? t(`failure.${problem.code as keyof typeof integrity.failure}`) : textOf(problem)
  const run = async () => {
    setFailure(undefined)
    setBusy(true)
    try {
      const answer = await ask()
      if (!answer || 'code' in answer) return setFailure(wordsOf(answer ?? { code: 'INTERNAL', message: '' }))
      sayDone(t(`done.${kind}`, { name }))
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t(`${kind}Title`)} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p className="break-words">{t(`${kind}Lead`, { name })}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" className="max-sm:h-11" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="primary" className="max-sm:h-11" pending={busy} onClick={() => void run()}>
            {t(kind)}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
