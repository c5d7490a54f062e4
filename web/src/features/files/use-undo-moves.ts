import { useApolloClient } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { useFailureText } from '../../messages/use-failure-text'
import { sayFailed } from '../../ui/toast'
import { MoveFileDocument } from './dialogs/move-file'
import { nameOf } from './path'
import { offerUndo } from './undo'

export interface DoneMove {
  readonly from: string
  readonly to: string
}

/** Says what was moved or renamed, and offers to move it back. */
export function useUndoMoves(): (words: string, moves: readonly DoneMove[]) => void {
  const client = useApolloClient()
  const t = useTranslations('files')
  const textOf = useFailureText()
  return (words, moves) => {
    const undo = async () => {
      for (const { from, to } of [...moves].reverse()) {
        try {
          const input = { from: to, to: from, replace: false }
          const result = (await client.mutate({ mutation: MoveFileDocument, variables: { input } })).data?.moveFile
          if (!result || 'code' in result) {
            return sayFailed(t('undoFailed', { name: nameOf(to) }), textOf(result ?? { code: 'INTERNAL', message: '' }))
          }
        } catch (error) {
          return sayFailed(t('undoFailed', { name: nameOf(to) }), textOf(readFailure(error)))
        }
      }
    }
    offerUndo(words, t('undo'), () => void undo())
  }
}
