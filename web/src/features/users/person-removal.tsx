'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { useMe } from '../auth/session'

const DeletePersonDialog = lazy(async () => ({ default: (await import('./delete-person-dialog')).DeletePersonDialog }))

export function PersonRemoval({ id, username }: { id: string; username: string }) {
  const t = useTranslations('people')
  const me = useMe()
  const router = useRouter()
  const [asked, setAsked] = useState(false)
  return (
    <Card title={t('person.remove')}>
      <p className="mt-3 text-ink-soft">{t(me.id === id ? 'person.removeOwn' : 'person.removeBody')}</p>
      {me.id === id ? null : (
        <Button look="danger" className="mt-4 justify-self-start self-start" onClick={() => setAsked(true)}>
          {t('person.removeAction', { name: username })}
        </Button>
      )}
      {asked ? (
        <Suspense fallback={null}>
          <DeletePersonDialog id={id} username={username} onClose={() => setAsked(false)} onDeleted={() => router.replace('/people')} />
        </Suspense>
      ) : null}
    </Card>
  )
}
