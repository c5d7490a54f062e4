'use client'

import { useMutation, useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { Role } from '../../graphql/generated/graphql'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { useConfirmed } from '../auth/use-confirmed'
import { UsernameField } from '../auth/username-field'
import { GroupNamesDocument } from './group-names'
import { InvitationLink } from './invitation-link'
import { RoleChoice } from './role-choice'

export const InviteUserDocument = graphql(`
  mutation InviteUser($input: InviteUserInput!) {
    inviteUser(input: $input) {
      ... on IssuedInvitation {
        path
        invitation {
          id
        }
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

interface Values {
  username: string
  email: string
  role: Role
  groupIds: string[]
  expiresInHours: string
}

const fields = ['username', 'email', 'role', 'groupIds', 'expiresInHours'] as const
const fieldOfCode = { USERNAME_TAKEN: 'username' } as const
const lifetimes = [24, 72, 168, 720] as const

/** Makes a link, and shows it once. */
export function InviteDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('people.invitationsPage')
  const shell = useTranslations('shell')
  const [path, setPath] = useState<string | null>(null)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={path ? t('readyTitle') : t('title')}
      description={path ? t('readyLead') : t('lead')}
      closeLabel={shell('close')}
    >
      {path ? (
        <InvitationLink address={new URL(path, window.location.origin).href} onDone={onClose} />
      ) : (
        <InviteForm onMade={setPath} onCancel={onClose} />
      )}
    </Dialog>
  )
}

function InviteForm({ onMade, onCancel }: { onMade: (path: string) => void; onCancel: () => void }) {
  const t = useTranslations('people.invitationsPage')
  const people = useTranslations('people')
  const { data } = useQuery(GroupNamesDocument)
  const confirmed = useConfirmed()
  const [inviteUser] = useMutation(InviteUserDocument)
  const { register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: { username: '', email: '', role: 'USER', groupIds: [], expiresInHours: '72' },
  })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError, fieldOfCode)
  const groups = data?.groups.nodes ?? []

  const submit = handleSubmit(async (values) => {
    const input = {
      username: values.username.trim() || null,
      email: values.email.trim() || null,
      role: values.role,
      groupIds: values.groupIds,
      expiresInHours: Number(values.expiresInHours),
    }
    try {
      const answer = await confirmed(() => inviteUser({ variables: { input } }))
      if (!answer) return
      const result = answer.data?.inviteUser
      if (!result || 'code' in result) showProblem(result ?? { code: 'INTERNAL', message: '' })
      else onMade(result.path)
    } catch (error) {
      showProblem(readFailure(error))
    }
  })

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-5">
      <FormError message={errors.root?.message} />
      <UsernameField label={t('nameOptional')} hint={t('nameOptionalHint')} error={errors.username?.message} {...register('username')} />
      <Field label={people('email')} type="email" autoComplete="off" error={errors.email?.message} {...register('email')} />
      <RoleChoice {...register('role')} />
      {groups.length > 0 ? (
        <fieldset className="grid gap-1">
          <legend className="mb-1.5 font-medium text-[13px]">{people('person.groups')}</legend>
          <div className="grid max-h-40 gap-1 overflow-y-auto">
            {groups.map((group) => (
              <label key={group.id} className="flex min-h-8 cursor-pointer items-center gap-3">
                <input type="checkbox" value={group.id} className="size-4 accent-accent" {...register('groupIds')} />
                <span className="min-w-0 truncate">{group.name}</span>
              </label>
            ))}
          </div>
        </fieldset>
      ) : null}
      <Choice
        label={t('expires')}
        options={lifetimes.map((count) => ({ value: String(count), label: t('hours', { count }) }))}
        {...register('expiresInHours')}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={onCancel}>
          {people('cancel')}
        </Button>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {t('make')}
        </Button>
      </div>
    </form>
  )
}
