'use client'

import { useApolloClient, useMutation, useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { FilesChoice } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { Skeleton } from '../../ui/skeleton'
import { sayDone } from '../../ui/toast'
import { useConfirmed } from '../auth/use-confirmed'
import { PersonPicker } from './person-picker'

export const DeletionPreviewDocument = graphql(`
  query DeletionPreview($id: ID!, $files: FilesChoice!, $transferTo: ID) {
    userDeletionPreview(id: $id, files: $files, transferTo: $transferTo) {
      username
      filesPath
      sessions
      keys
      uploads
      home {
        files
        folders
        bytes
        isComplete
      }
    }
  }
`)

export const DeleteUserDocument = graphql(`
  mutation DeleteUser($input: DeleteUserInput!) {
    deleteUser(input: $input) {
      ... on DeletedUser {
        id
        filesPath
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

const choices = ['TRANSFER', 'ARCHIVE', 'DELETE'] as const

/** Says what will be where before anything happens, and wants the name typed. */
export function DeletePersonDialog({
  id,
  username,
  onClose,
  onDeleted,
}: {
  id: string
  username: string
  onClose: () => void
  onDeleted: () => void
}) {
  const t = useTranslations('people')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const confirmed = useConfirmed()
  const client = useApolloClient()
  const [deleteUser] = useMutation(DeleteUserDocument)
  const [files, setFiles] = useState<FilesChoice>('TRANSFER')
  const [transferTo, setTransferTo] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<string>()
  const isChosen = files !== 'TRANSFER' || transferTo !== null
  const mayDelete = isChosen && typed.trim() === username

  const remove = async () => {
    if (!mayDelete || pending) return
    setPending(true)
    setFailure(undefined)
    try {
      const input = { id, files, transferTo: files === 'TRANSFER' ? transferTo : null }
      const answer = await confirmed(() => deleteUser({ variables: { input } }))
      if (!answer) return
      const result = answer.data?.deleteUser
      if (!result || 'code' in result) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      client.cache.evict({ id: 'ROOT_QUERY', fieldName: 'users' })
      sayDone(result.filesPath ? t('deletion.doneAt', { name: username, path: result.filesPath }) : t('deletion.done', { name: username }))
      onDeleted()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    } finally {
      setPending(false)
    }
  }

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && !pending && onClose()}
      title={t('deletion.title', { name: username })}
      description={t('deletion.lead')}
      closeLabel={shell('close')}
      width="normal"
    >
      <form
        className="grid gap-5"
        onSubmit={(event) => {
          event.preventDefault()
          void remove()
        }}
      >
        <FormError message={failure} />
        <fieldset className="grid gap-1.5">
          <legend className="mb-1.5 font-medium text-[13px]">{t('deletion.choice')}</legend>
          {choices.map((choice) => (
            <label
              key={choice}
              className="flex cursor-pointer items-start gap-3 rounded-control border border-line px-3 py-2 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
            >
              <input
                type="radio"
                name="files"
                value={choice}
                checked={files === choice}
                onChange={() => setFiles(choice)}
                className="mt-0.5 size-4 accent-accent"
              />
              <span>
                <span className="block font-medium">{t(`deletion.${choice}`)}</span>
                <span className="block text-[13px] text-ink-soft">{t(`deletion.${choice}Hint`)}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {files === 'TRANSFER' ? <PersonPicker except={id} chosen={transferTo} onChoose={setTransferTo} /> : null}
        {isChosen ? <Preview id={id} files={files} transferTo={files === 'TRANSFER' ? transferTo : null} /> : null}
        <Field
          label={t('deletion.type', { name: username })}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose} disabled={pending}>
            {t('cancel')}
          </Button>
          <Button type="submit" look="danger" disabled={!mayDelete} pending={pending}>
            {t('deletion.confirm')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

/** What is there now, and where it would be. */
function Preview({ id, files, transferTo }: { id: string; files: FilesChoice; transferTo: string | null }) {
  const t = useTranslations('people')
  const format = useFormat()
  const textOf = useFailureText()
  const { data, previousData, error } = useQuery(DeletionPreviewDocument, {
    variables: { id, files, transferTo },
    fetchPolicy: 'network-only',
  })
  const preview = (data ?? previousData)?.userDeletionPreview
  if (error) return <FormError message={textOf(readFailure(error))} />
  if (!preview)
    return (
      <div>
        <Skeleton className="h-16 rounded-control" />
        <p role="status" className="sr-only">
          {t('deletion.counting')}
        </p>
      </div>
    )
  const { home, filesPath } = preview
  const counts = { files: home.files, folders: home.folders, size: format.bytes(home.bytes) }
  return (
    <div role="status" className="grid gap-1 rounded-control bg-sunken px-4 py-3 text-[13px]">
      <p className="font-medium text-ink">{home.isComplete ? t('deletion.content', counts) : t('deletion.atLeast', counts)}</p>
      <p className={filesPath ? 'break-words' : 'font-medium text-bad'}>
        {filesPath ? t('deletion.goesTo', { path: filesPath }) : t('deletion.lost')}
      </p>
      <p className="text-ink-soft">{t('deletion.ends', { sessions: preview.sessions, keys: preview.keys, uploads: preview.uploads })}</p>
    </div>
  )
}
