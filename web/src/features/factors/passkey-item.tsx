'use client'

import type { FragmentType } from '@apollo/client'
import { useFragment, useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { PasskeyItem_PasskeyFragment } from '../../graphql/generated/graphql'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Pill } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { sayDone } from '../../ui/toast'
import { ConfirmedAction } from './confirmed-action'
import { RenamePasskeyForm } from './rename-passkey-form'

export const PasskeyItemFragment = graphql(`
  fragment PasskeyItem_passkey on Passkey {
    id
    name
    createdAt
    lastUsedAt
    backedUp
  }
`)

const DeletePasskeyDocument = graphql(`
  mutation DeletePasskey($input: DeletePasskeyInput!) {
    deletePasskey(input: $input) {
      ... on PasskeyDeleted {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** One passkey: when it was used, another name for it, and its end. */
export function PasskeyItem({ passkey, onChanged }: { passkey: FragmentType<PasskeyItem_PasskeyFragment>; onChanged: () => void }) {
  const t = useTranslations('factors.keys')
  const shell = useTranslations('shell')
  const { data, dataState } = useFragment({ fragment: PasskeyItemFragment, from: passkey })
  const [open, setOpen] = useState<'rename' | 'delete' | null>(null)
  const [remove] = useMutation(DeletePasskeyDocument)
  if (dataState !== 'complete') return null
  const { id, name, createdAt, lastUsedAt, backedUp } = data
  const close = () => setOpen(null)
  const onOpenChange = (next: boolean) => (next ? undefined : close())

  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-2">
          <span className="break-words font-medium">{name}</span>
          <Pill>{backedUp ? t('synced') : t('bound')}</Pill>
        </p>
        <p className="text-[13px] text-ink-soft">
          {t.rich('since', { when: () => <RelativeTime at={createdAt} /> })}
          {' · '}
          {lastUsedAt ? t.rich('used', { when: () => <RelativeTime at={lastUsedAt} /> }) : t('unused')}
        </p>
      </div>
      <div className="flex gap-2">
        <Button size="small" onClick={() => setOpen('rename')}>
          {t('rename')}
        </Button>
        <Button size="small" onClick={() => setOpen('delete')}>
          {t('remove')}
        </Button>
      </div>
      <Dialog open={open === 'rename'} onOpenChange={onOpenChange} title={t('renameTitle')} closeLabel={shell('close')}>
        <RenamePasskeyForm id={id} name={name} onDone={close} />
      </Dialog>
      <Dialog
        open={open === 'delete'}
        onOpenChange={onOpenChange}
        title={t('removeTitle', { name })}
        description={t('removeLead')}
        closeLabel={shell('close')}
      >
        <ConfirmedAction
          label={t('remove')}
          onCancel={close}
          run={() => remove({ variables: { input: { id } } })}
          onDone={() => {
            close()
            sayDone(t('removed'))
            onChanged()
          }}
        />
      </Dialog>
    </li>
  )
}
