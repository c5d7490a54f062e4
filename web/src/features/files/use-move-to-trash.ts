import { useApolloClient } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { useFailureText } from '../../messages/use-failure-text'
import { sayDone, sayFailed } from '../../ui/toast'
import { RestoreFromTrashDocument } from '../trash/restore-from-trash'
import { DeleteFileDocument } from './dialogs/delete-file'
import type { Entry } from './listing/entry'
import { offerUndo } from './undo'

interface Refusal {
  code: string
  message: string
}

/** Moves entries to the trash without a question, and offers to take it back. */
export function useMoveToTrash(onGone: (ids: readonly string[]) => void): (entries: readonly Entry[]) => Promise<void> {
  const client = useApolloClient()
  const t = useTranslations('files')
  const textOf = useFailureText()

  const trash = async (entry: Entry): Promise<{ itemId: string | null } | Refusal> => {
    try {
      const { data } = await client.mutate({ mutation: DeleteFileDocument, variables: { input: { path: entry.path } } })
      const result = data?.deleteFile
      if (!result) return { code: 'INTERNAL', message: '' }
      // Somebody else was faster: it is gone, which was wanted.
      if ('code' in result) return result.code === 'FILE_NOT_FOUND' ? { itemId: null } : result
      return { itemId: result.trashItemId }
    } catch (error) {
      return readFailure(error)
    }
  }

  const restore = async (id: string): Promise<Refusal | null> => {
    try {
      const { data } = await client.mutate({ mutation: RestoreFromTrashDocument, variables: { input: { id } } })
      const result = data?.restoreFromTrash
      return result && !('code' in result) ? null : (result ?? { code: 'INTERNAL', message: '' })
    } catch (error) {
      return readFailure(error)
    }
  }

  return async (entries) => {
    const gone: string[] = []
    const items: { id: string; name: string }[] = []
    for (const entry of entries) {
      const result = await trash(entry)
      if ('code' in result) {
        sayFailed(t('deleteFailed', { name: entry.name, reason: textOf(result) }))
        break
      }
      gone.push(entry.id)
      if (result.itemId !== null) items.push({ id: result.itemId, name: entry.name })
    }
    if (gone.length === 0) return
    onGone(gone)
    const words = t('trashed', { count: gone.length, name: entries[0]?.name ?? '' })
    if (items.length === 0) {
      sayDone(words)
      return
    }
    const undo = async () => {
      for (const { id, name } of items) {
        const failure = await restore(id)
        if (failure) return sayFailed(t('undoFailed', { name }), textOf(failure))
      }
      sayDone(t('restored', { count: items.length, name: items[0]?.name ?? '' }))
    }
    offerUndo(words, t('undo'), () => void undo())
  }
}
