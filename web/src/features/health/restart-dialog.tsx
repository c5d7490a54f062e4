'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { services } from '../../messages/en/services'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'

export const RestartServiceDocument = graphql(`
  mutation RestartService($input: RestartServiceInput!) {
    restartService(input: $input) {
      ... on Service {
        id
        ...ServiceRow_service @unmask
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Says what stops meanwhile, and restarts it. */
export function RestartDialog({
  id,
  name,
  neededBy,
  onClose,
}: {
  id: string
  name: string
  neededBy: readonly string[]
  onClose: () => void
}) {
  const t = useTranslations('services')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [restart, { loading }] = useMutation(RestartServiceDocument)
  const [failure, setFailure] = useState<string>()

  const wordsOf = (problem: { code: string; message: string }) =>
    Object.hasOwn(services.failure, problem.code) ? t(`failure.${problem.code as keyof typeof services.failure}`) : textOf(problem)

  const run = async () => {
    setFailure(undefined)
    try {
      const result = (await restart({ variables: { input: { name: id } } })).data?.restartService
      if (!result || 'code' in result) {
        setFailure(wordsOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('restarted', { name }))
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('restartTitle', { name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>
          {t('restartLead')} {neededBy.length > 0 ? t('restartNeeded', { names: neededBy.join(', ') }) : null}
        </p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="primary" pending={loading} onClick={() => void run()}>
            {t('restart')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
