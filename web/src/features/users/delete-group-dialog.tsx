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

export const DeleteGroupDocument = graphql(`
  mutation DeleteGroup($id: ID!) {
    deleteGroup(id: $id) {
      ... on Group {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export function DeleteGroupDialog({
  group: { id, name },
  onClose,
  onDone,
}: {
  group: { id: string; name: string }
  onClose: () => void
  onDone: () => void
}) {
  const t = useTranslations('people.groupsPage')
  const people = useTranslations('people')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [deleteGroup, { loading }] = useMutation(DeleteGroupDocument)
  const [failure, setFailure] = useState<string>()
  const remove = async () => {
    setFailure(undefined)
    try {
      const result = (await deleteGroup({ variables: { id } })).data?.deleteGroup
      // Gone already is gone.
      if (!result || ('code' in result && result.code !== 'GROUP_NOT_FOUND')) {
        setFailure(textOf(result && 'code' in result ? result : { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('removed', { name }))
      onDone()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('removeTitle', { name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('removeBody')}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {people('cancel')}
          </Button>
          <Button look="danger" pending={loading} onClick={() => void remove()}>
            {t('remove')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
