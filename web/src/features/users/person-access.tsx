'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment, useMutation } from '@apollo/client/react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { PersonAccess_UserFragment } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { FormError } from '../../ui/form-error'
import { RelativeTime } from '../../ui/relative-time'
import { sayDone } from '../../ui/toast'
import { useMe } from '../auth/session'
import { useConfirmed } from '../auth/use-confirmed'
import { UpdateUserDocument } from './update-user'

const DisableDialog = lazy(async () => ({ default: (await import('./disable-dialog')).DisableDialog }))
const NewPasswordDialog = lazy(async () => ({ default: (await import('./new-password-dialog')).NewPasswordDialog }))
const ResetFactorsDialog = lazy(async () => ({ default: (await import('./reset-factors-dialog')).ResetFactorsDialog }))

export const PersonAccess_user = graphql(`
  fragment PersonAccess_user on User {
    id
    username
    createdAt
    lastSignInAt
    disabledAt
    hasTwoFactor
    sessionCount
  }
`)

export function PersonAccess({ user }: { user: FragmentType<PersonAccess_UserFragment> }) {
  const { data, complete } = useFragment({ fragment: PersonAccess_user, from: user })
  return complete ? <Access user={data as PersonAccess_UserFragment} /> : null
}

/** Whether the person can sign in, how, and where they are. */
function Access({ user }: { user: PersonAccess_UserFragment }) {
  const t = useTranslations('people')
  const me = useMe()
  const isSelf = me.id === user.id
  const [asked, setAsked] = useState<'disable' | 'password' | 'factors' | null>(null)
  const { failure, pending, setDisabled } = useDisabling(user)
  const facts = [
    [t('person.state'), user.disabledAt ? <DisabledSince key="state" at={user.disabledAt} /> : t('person.mayStatus')],
    [t('lastSignIn'), user.lastSignInAt ? <RelativeTime key="last" at={user.lastSignInAt} /> : t('never')],
    [t('person.twoFactor'), user.hasTwoFactor ? t('person.twoFactorOn') : t('person.twoFactorOff')],
    [t('person.sessions'), t('person.sessionCount', { count: user.sessionCount ?? 0 })],
    [t('person.created'), user.createdAt ? <RelativeTime key="created" at={user.createdAt} /> : null],
  ] as const
  return (
    <Card title={t('person.access')}>
      <dl className="mt-4 grid grid-cols-[9rem_1fr] gap-x-4 gap-y-2">
        {facts.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-ink-soft">{term}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 grid gap-3">
        <FormError message={asked === null ? failure : undefined} />
        {isSelf ? (
          <p className="text-[13px] text-ink-soft">{t('person.ownPassword')}</p>
        ) : (
          <div className="flex flex-wrap gap-2">
            {user.disabledAt ? (
              <Button pending={pending} onClick={() => void setDisabled(false)}>
                {t('person.enable')}
              </Button>
            ) : (
              <Button onClick={() => setAsked('disable')}>{t('person.disable')}</Button>
            )}
            <Button onClick={() => setAsked('password')}>{t('person.newPassword')}</Button>
            {user.hasTwoFactor ? <Button onClick={() => setAsked('factors')}>{t('person.resetFactorsAsk')}</Button> : null}
          </div>
        )}
      </div>
      {asked === 'disable' ? (
        <Suspense fallback={null}>
          <DisableDialog
            name={user.username}
            failure={failure}
            pending={pending}
            onClose={() => setAsked(null)}
            onConfirm={() => void setDisabled(true).then((done) => done && setAsked(null))}
          />
        </Suspense>
      ) : null}
      {asked === 'factors' ? (
        <Suspense fallback={null}>
          <ResetFactorsDialog userId={user.id} name={user.username} onClose={() => setAsked(null)} />
        </Suspense>
      ) : null}
      {asked === 'password' ? (
        <Suspense fallback={null}>
          <NewPasswordDialog userId={user.id} username={user.username} onClose={() => setAsked(null)} />
        </Suspense>
      ) : null}
    </Card>
  )
}

function DisabledSince({ at }: { at: string }) {
  const t = useTranslations('people')
  return t.rich('person.disabledSince', { when: () => <RelativeTime at={at} /> } as never)
}

function useDisabling({ id, username }: { id: string; username: string }) {
  const t = useTranslations('people')
  const textOf = useFailureText()
  const confirmed = useConfirmed()
  const [updateUser] = useMutation(UpdateUserDocument)
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<string>()
  const setDisabled = async (disabled: boolean): Promise<boolean> => {
    setPending(true)
    setFailure(undefined)
    try {
      const answer = await confirmed(() => updateUser({ variables: { input: { id, disabled } } }))
      if (!answer) return false
      const result = answer.data?.updateUser
      if (!result || 'code' in result) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return false
      }
      sayDone(t(disabled ? 'person.disabledDone' : 'person.enabledDone', { name: username }))
      return true
    } catch (error) {
      setFailure(textOf(readFailure(error)))
      return false
    } finally {
      setPending(false)
    }
  }
  return { failure, pending, setDisabled }
}
