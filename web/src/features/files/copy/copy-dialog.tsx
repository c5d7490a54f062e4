'use client'

import { useQuery } from '@apollo/client/react'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { FormError } from '../../../ui/form-error'
import { sayFailed } from '../../../ui/toast'
import { FolderPicker } from '../dialogs/folder-picker'
import { MoveTargetDocument } from '../dialogs/move-dialog'
import { NameConflict } from '../dialogs/name-conflict'
import type { Entry } from '../listing/entry'
import { nameOf, parentOf, ROOT } from '../path'
import type { Choice } from '../upload/conflict'
import { CopyWords } from './copy-words'
import { useCopy } from './use-copy'

interface Conflict {
  entry: Entry
  answer: (choice: Choice) => void
}

/** Copies entries into a folder that is looked for here; what was taken with Ctrl+C, into the folder one is in. */
export function CopyDialog({ entries, into, onClose }: { entries: readonly Entry[]; into: string | null; onClose: () => void }) {
  return (
    <CopyWords>
      <CopyFlow entries={entries} into={into} onClose={onClose} />
    </CopyWords>
  )
}

function CopyFlow({ entries, into, onClose }: { entries: readonly Entry[]; into: string | null; onClose: () => void }) {
  const t = useTranslations('copying')
  const textOf = useFailureText()
  const [target, setTarget] = useState(into ?? parentOf(entries[0]?.path ?? ROOT))
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string>()
  const [conflict, setConflict] = useState<Conflict | null>(null)
  const begin = useCopy(
    (entry) =>
      new Promise((resolve) => {
        const answer = (choice: Choice) => {
          setConflict(null)
          resolve(choice)
        }
        setConflict({ entry, answer })
      }),
  )

  const copy = async () => {
    setBusy(true)
    setFailure(undefined)
    const refused = await begin(entries, target)
    setBusy(false)
    if (!refused) return onClose()
    const words = t('notBegun', { name: refused.entry.name, reason: textOf(refused.problem) })
    if (into === null) return setFailure(words)
    sayFailed(words)
    onClose()
  }
  const begun = useRef(false)
  useEffect(() => {
    if (into === null || begun.current) return
    begun.current = true
    void copy()
  })
  return (
    <>
      {into === null ? (
        <PickTarget entries={entries} target={target} onGo={setTarget} busy={busy} failure={failure} onCopy={copy} onClose={onClose} />
      ) : null}
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

function PickTarget({
  entries,
  target,
  onGo,
  busy,
  failure,
  onCopy,
  onClose,
}: {
  entries: readonly Entry[]
  target: string
  onGo: (path: string) => void
  busy: boolean
  failure: string | undefined
  onCopy: () => Promise<void>
  onClose: () => void
}) {
  const t = useTranslations('copying')
  const files = useTranslations('files')
  const shell = useTranslations('shell')
  const { data } = useQuery(MoveTargetDocument, { variables: { path: target }, fetchPolicy: 'no-cache' })
  const [first] = entries
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !busy && onClose()}
      title={entries.length === 1 && first ? t('title', { name: first.name }) : t('titleMany', { count: entries.length })}
      description={files('moveTo', { folder: target === ROOT ? files('title') : target })}
      closeLabel={shell('close')}
    >
      <div className="grid gap-4">
        <FormError message={failure} />
        <FolderPicker path={target} without={entries.filter((entry) => entry.isFolder).map((entry) => entry.path)} onGo={onGo} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" className="max-sm:h-11" disabled={busy} onClick={onClose}>
            {files('cancel')}
          </Button>
          <Button
            look="primary"
            className="max-sm:h-11"
            disabled={target === ROOT || !data?.file?.mayWrite}
            pending={busy}
            onClick={() => void onCopy()}
          >
            {t('here')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
