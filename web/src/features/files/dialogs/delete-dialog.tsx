'use client'

import { useMutation } from '@apollo/client/react'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { readFailure } from '../../../graphql/failure'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'
import type { Entry } from '../listing/entry'
import { DeleteFileDocument } from './delete-file'

/** Says what will be lost. A folder, or more than one thing, takes more than one click. */
export function DeleteDialog({
  entries,
  onClose,
  onDeleted,
}: {
  entries: readonly Entry[]
  onClose: () => void
  onDeleted: (ids: readonly string[]) => void
}) {
  const t = useTranslations('files')
  const shell = useTranslations('shell')
  const format = useFormat()
  const textOf = useFailureText()
  const form = useRef<HTMLFormElement>(null)
  // Not the close button: what is asked for is what the keyboard is at.
  useEffect(() => form.current?.querySelector('input')?.focus(), [])
  const [deleteFile] = useMutation(DeleteFileDocument)
  const [left, setLeft] = useState(entries)
  const [typed, setTyped] = useState('')
  const [done, setDone] = useState<number | null>(null)
  const [failure, setFailure] = useState<string>()

  const [first] = entries
  const single = entries.length === 1 ? first : undefined
  const word = single ? (single.isFolder ? single.name : null) : t('deleteWord')
  const confirmed = word === null || typed.trim().normalize('NFC') === word.normalize('NFC')
  const files = entries.filter((entry) => !entry.isFolder)
  const folders = entries.length - files.length
  const size = format.bytes(files.reduce((sum, entry) => sum + entry.size, 0))

  const remove = async () => {
    if (!confirmed || done !== null) return
    setFailure(undefined)
    const gone: string[] = []
    const remaining = [...left]
    for (const entry of left) {
      setDone(gone.length)
      try {
        const result = (await deleteFile({ variables: { input: { path: entry.path, permanently: true } } })).data?.deleteFile
        // Somebody else was faster: it is gone, which was wanted.
        if (!result || ('code' in result && result.code !== 'FILE_NOT_FOUND')) {
          setFailure(t('deleteFailed', { name: entry.name, reason: textOf(result ?? { code: 'INTERNAL', message: '' }) }))
          break
        }
        gone.push(entry.id)
        remaining.shift()
      } catch (error) {
        setFailure(t('deleteFailed', { name: entry.name, reason: textOf(readFailure(error)) }))
        break
      }
    }
    setDone(null)
    setLeft(remaining)
    if (gone.length > 0) onDeleted(gone)
    if (remaining.length > 0) return
    sayDone(single ? t('deletedOne', { name: single.name }) : t('deletedMany', { count: entries.length }))
    onClose()
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && done === null && onClose()}
      title={single ? t('deleteTitle', { name: single.name }) : t('deleteTitleMany', { count: entries.length })}
      closeLabel={shell('close')}
    >
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault()
          void remove()
        }}
        className="grid gap-5"
      >
        <FormError message={failure} />
        <p>
          {single
            ? single.isFolder
              ? t('loseFolder', { name: single.name })
              : t('loseFile', { name: single.name, size })
            : t('loseMany', { files: files.length, folders, size })}{' '}
          <strong className="font-semibold">{t('cannotBeUndone')}</strong>
        </p>
        {word === null ? null : (
          <Field
            label={t('typeToConfirm', { word })}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        )}
        <div className="flex items-center justify-end gap-2">
          {done === null ? null : (
            <p role="status" className="figures flex-1 text-ink-soft">
              {t('deleting', { done: done + 1, count: left.length })}
            </p>
          )}
          <Button look="quiet" className="max-sm:h-11" onClick={onClose} disabled={done !== null}>
            {t('cancel')}
          </Button>
          <Button type="submit" look="danger" className="max-sm:h-11" disabled={!confirmed} pending={done !== null}>
            {t('deleteForGood')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
