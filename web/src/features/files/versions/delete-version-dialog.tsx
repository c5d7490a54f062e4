'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'
import type { Entry } from '../listing/entry'
import type { Version } from './use-versions'

export const DeleteVersionDocument = graphql(`
  mutation DeleteVersion($input: DeleteVersionInput!) {
    deleteVersion(input: $input) {
      ... on FileVersion {
        number
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

/** Says that it will be lost, and loses it. */
export function DeleteVersionDialog({
  entry,
  version: { number },
  onClose,
  onDeleted,
}: {
  entry: Entry
  version: Version
  onClose: () => void
  onDeleted: () => void
}) {
  const t = useTranslations('versions')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [remove, { loading }] = useMutation(DeleteVersionDocument)
  const [failure, setFailure] = useState<string>()

  const run = async () => {
    setFailure(undefined)
    try {
      const result = (await remove({ variables: { input: { path: entry.path, version: number } } })).data?.deleteVersion
      // Somebody else was faster: it is gone, which was wanted.
      if (!result || ('code' in result && result.code !== 'VERSION_NOT_FOUND')) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('deleted', { number }))
      onDeleted()
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('deleteNamed', { number })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('deleteLead', { number })}</p>
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
