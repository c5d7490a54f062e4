'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import type { Item } from './use-trash'

export const DeleteFromTrashDocument = graphql(`
  mutation DeleteFromTrash($ids: [ID!]!) {
    deleteFromTrash(input: { ids: $ids }) {
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

/** Says that it will be lost, and loses it. */
export function DeleteForGoodDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const t = useTranslations('trash')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [remove, { loading }] = useMutation(DeleteFromTrashDocument)
  const [failure, setFailure] = useState<string>()

  const run = async () => {
    setFailure(undefined)
    try {
      const result = (await remove({ variables: { ids: [item.id] } })).data?.deleteFromTrash
      // Somebody else was faster: it is gone, which was wanted.
      if (!result || ('code' in result && result.code !== 'TRASH_ITEM_NOT_FOUND')) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('deleted1', { name: item.name }))
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('deleteTitle', { name: item.name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t(item.isFolder ? 'deleteFolderLead' : 'deleteLead')}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" className="max-sm:h-11" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" className="max-sm:h-11" pending={loading} onClick={() => void run()}>
            {t('delete')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
