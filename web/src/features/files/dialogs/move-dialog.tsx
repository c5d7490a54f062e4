'use client'

import { useMutation, useQuery } from '@apollo/client/react'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'
import type { Entry } from '../listing/entry'
import { joinPath, nameOf, nextName, parentOf } from '../path'
import type { Choice } from '../upload/conflict'
import { type DoneMove, useUndoMoves } from '../use-undo-moves'
import { FolderPicker } from './folder-picker'
import { MoveFileDocument } from './move-file'
import { NameConflict } from './name-conflict'

export const MoveTargetDocument = graphql(`
  query MoveTarget($path: Path!) {
    file(path: $path) {
      id
      mayWrite
    }
  }
`)

interface Conflict {
  entry: Entry
  answer: (choice: Choice) => void
}

/** Moves entries into a folder that is looked for here. A taken name is asked about, one by one. */
export function MoveDialog({ entries, onClose }: { entries: readonly Entry[]; onClose: () => void }) {
  const t = useTranslations('files')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const from = parentOf(entries[0]?.path ?? '/')
  const [target, setTarget] = useState(from)
  const { data } = useQuery(MoveTargetDocument, { variables: { path: target }, fetchPolicy: 'no-cache' })
  const [moveFile] = useMutation(MoveFileDocument)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const settled = useRef(new Map<string, 'moved' | 'skipped'>())
  const done = useRef<{ moves: DoneMove[]; replaced: boolean }>({ moves: [], replaced: false })
  const offerUndo = useUndoMoves()

  const ask = (entry: Entry) =>
    new Promise<Choice>((resolve) => {
      setConflict({
        entry,
        answer: (choice) => {
          setConflict(null)
          resolve(choice)
        },
      })
    })

  /** How it ended, or what the server has against it; a taken name is asked about until it is settled. */
  const moveOne = async (entry: Entry): Promise<'moved' | 'skipped' | { code: string; message: string }> => {
    let name = entry.name
    let replace = false
    let choice: Choice | null = null
    for (;;) {
      const input = { from: entry.path, to: joinPath(target, name), replace }
      const result = (await moveFile({ variables: { input } })).data?.moveFile
      if (!result) return { code: 'INTERNAL', message: '' }
      if (!('code' in result)) {
        done.current.moves.push({ from: entry.path, to: input.to })
        done.current.replaced ||= replace
        return 'moved'
      }
      if (result.code !== 'NAME_TAKEN') return result
      // Keeping both counts up by itself; replacing that did not help is asked about again.
      if (choice !== 'keepBoth') choice = await ask(entry)
      if (choice === 'skip') return 'skipped'
      replace = choice === 'replace'
      if (choice === 'keepBoth') name = nextName(name, entry.isFolder)
    }
  }

  const move = async () => {
    setBusy(true)
    setFailure(undefined)
    for (const entry of entries.filter((each) => !settled.current.has(each.id))) {
      const end = await moveOne(entry).catch((error: unknown) => readFailure(error))
      if (typeof end === 'object') {
        setFailure(t('moveFailed', { name: entry.name, reason: textOf(end) }))
        setBusy(false)
        return
      }
      settled.current.set(entry.id, end)
    }
    const { moves, replaced } = done.current
    const words = t('moved', { count: moves.length, folder: nameOf(target) })
    // What was replaced does not come back by moving.
    if (moves.length === 0 || replaced) sayDone(words)
    else offerUndo(words, moves)
    onClose()
  }

  const [first] = entries
  return (
    <>
      <Dialog
        open
        onOpenChange={(open) => !open && !busy && onClose()}
        title={entries.length === 1 && first ? t('moveTitle', { name: first.name }) : t('moveTitleMany', { count: entries.length })}
        description={t('moveTo', { folder: target === '/' ? t('title') : target })}
        closeLabel={shell('close')}
      >
        <div className="grid gap-4">
          <FormError message={failure} />
          <FolderPicker path={target} without={entries.filter((entry) => entry.isFolder).map((entry) => entry.path)} onGo={setTarget} />
          <div className="flex justify-end gap-2">
            <Button look="quiet" className="max-sm:h-11" disabled={busy} onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button
              look="primary"
              className="max-sm:h-11"
              disabled={target === from || !data?.file?.mayWrite}
              pending={busy}
              onClick={() => void move()}
            >
              {t('moveHere')}
            </Button>
          </div>
        </div>
      </Dialog>
      {conflict ? (
        <NameConflict
          name={conflict.entry.name}
          folder={nameOf(target)}
          replaceable={!conflict.entry.isFolder}
          onAnswer={conflict.answer}
        />
      ) : null}
    </>
  )
}
