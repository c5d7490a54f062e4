import type { FragmentType } from '@apollo/client/masking'
import { clsx } from 'clsx'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import type { KeyItem_KeyFragment } from '../../graphql/generated/graphql'
import { KeyItem, type RevocableKey } from './key-item'
import { RevokeKeyDialog } from './revoke-key-dialog'

const EditKeyDialog = lazy(async () => ({ default: (await import('./edit-key-dialog')).EditKeyDialog }))

/** Keys, newest first, each with what it may do and how to end it. */
export function KeyList({
  keys,
  bare = false,
  own = false,
  onChanged,
}: {
  keys: readonly ({ id: string } & FragmentType<KeyItem_KeyFragment>)[]
  /** Inside of a card already. */
  bare?: boolean
  /** Of whoever looks: they can be changed. */
  own?: boolean
  onChanged: () => void
}) {
  const t = useTranslations('keys')
  const [editing, setEditing] = useState<KeyItem_KeyFragment | null>(null)
  const [revoking, setRevoking] = useState<RevocableKey | null>(null)
  return (
    <>
      <ul
        aria-label={t('title')}
        className={clsx('divide-y divide-line', bare ? '-mx-5' : 'rounded-card border border-line bg-surface shadow-low')}
      >
        {keys.map((key) => (
          <KeyItem key={key.id} apiKey={key} onEdit={own ? setEditing : undefined} onRevoke={setRevoking} />
        ))}
      </ul>
      {editing ? (
        <Suspense fallback={null}>
          <EditKeyDialog apiKey={editing} onClose={() => setEditing(null)} />
        </Suspense>
      ) : null}
      {revoking ? (
        <RevokeKeyDialog
          apiKey={revoking}
          onClose={() => setRevoking(null)}
          onRevoked={() => {
            setRevoking(null)
            onChanged()
          }}
        />
      ) : null}
    </>
  )
}
