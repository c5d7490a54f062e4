import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import type { RestoreConflict } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { sayDoneWithLink, sayFailed } from '../../ui/toast'
import { nameOf, parentOf } from '../files/path'
import { placeHref } from '../files/place'
import { RestoreFromTrashDocument } from './restore-from-trash'
import type { Item } from './use-trash'

/** Puts things back where they stood. Where the name is taken it asks: `taken` says of what. */
export function useRestore() {
  const t = useTranslations('trash')
  const textOf = useFailureText()
  const [mutate] = useMutation(RestoreFromTrashDocument)
  const [restoring, setRestoring] = useState<string | null>(null)
  const [taken, setTaken] = useState<Item | null>(null)

  const restore = async (item: Item, ifExists: RestoreConflict = 'FAIL') => {
    setRestoring(item.id)
    setTaken(null)
    try {
      const result = (await mutate({ variables: { input: { id: item.id, ifExists } } })).data?.restoreFromTrash
      if (result && !('code' in result)) {
        const folder = parentOf(result.path)
        sayDoneWithLink(t('restored', { name: result.name, folder: nameOf(folder) }), {
          label: t('show'),
          href: placeHref({ path: folder }),
        })
      } else if (result?.code === 'NAME_TAKEN') setTaken(item)
      else sayFailed(t('restoreFailed', { name: item.name }), textOf(result ?? { code: 'INTERNAL', message: '' }))
    } catch (error) {
      sayFailed(t('restoreFailed', { name: item.name }), textOf(readFailure(error)))
    } finally {
      setRestoring(null)
    }
  }
  return {
    restore,
    restoring,
    taken,
    keepBoth: () => {
      if (taken) void restore(taken, 'KEEP_BOTH')
    },
    giveUp: () => setTaken(null),
  }
}
