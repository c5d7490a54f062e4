'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { TrashScope } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'

export const EmptyTrashDocument = graphql(`
  mutation EmptyTrash($scope: TrashScope!) {
    emptyTrash(input: { scope: $scope }) {
      ... on TrashTotals {
        count
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Says how much will be lost, and loses it. */
export function EmptyTrashDialog({
  scope,
  totals,
  onClose,
}: {
  scope: TrashScope
  totals: { readonly count: number; readonly size: number }
  onClose: () => void
}) {
  const t = useTranslations('trash')
  const shell = useTranslations('shell')
  const format = useFormat()
  const textOf = useFailureText()
  const [empty, { loading }] = useMutation(EmptyTrashDocument)
  const [failure, setFailure] = useState<string>()

  const run = async () => {
    setFailure(undefined)
    try {
      const result = (await empty({ variables: { scope } })).data?.emptyTrash
      if (!result || 'code' in result) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('emptied', { count: result.count }))
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !loading && onClose()}
      title={t(scope === 'MINE' ? 'emptyTitle' : 'emptyAllTitle')}
      closeLabel={shell('close')}
    >
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('emptyLead', { count: totals.count, size: format.bytes(totals.size) })}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" className="max-sm:h-11" disabled={loading} onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" className="max-sm:h-11" pending={loading} onClick={() => void run()}>
            {t('empty')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
