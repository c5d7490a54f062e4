'use client'

import { useForm, useWatch } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { useProblemErrors } from '../../graphql/use-problem-errors'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { Skeleton } from '../../ui/skeleton'
import { AddressesField } from './addresses-field'
import { ExpiryChoice, expiryDate, type Lifetime } from './expiry-choice'
import { KeyPreview } from './key-preview'
import { ScopeChoices } from './scope-choices'
import { type ScopeChoice, useScopes } from './use-scopes'

export interface KeyFormProps {
  /** What the key is now; a new one when there is none. */
  present?: { name: string; scopes: readonly string[]; addresses: readonly string[]; expiresAt: string | null } | undefined
  /** What the button says. */
  action: string
  /** Gives the problem that it ended in, null when it ended in none. `expiresAt` is not there when it stays as it is. */
  send: (wish: KeyWish) => Promise<{ code: string; message: string; field?: string | null } | null>
  onCancel: () => void
}

export interface KeyWish {
  name: string
  scopes: string[]
  addresses: string[]
  expiresAt?: string | null
}

interface Values {
  name: string
  scopes: string[]
  lifetime: Lifetime | 'keep'
  addresses: string
}

const fields = ['name', 'scopes', 'lifetime', 'addresses'] as const

/** What the key is for, may do, and until when and from where; beside it what that means. */
export function KeyForm(props: KeyFormProps) {
  const { scopes, error, refetch } = useScopes()
  if (error && !scopes) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!scopes) return <Skeleton className="h-96" />
  return <Form {...props} offered={scopes} />
}

function Form({ present, action, send, onCancel, offered }: KeyFormProps & { offered: readonly ScopeChoice[] }) {
  const t = useTranslations('keys')
  const auth = useTranslations('auth')
  const { control, register, handleSubmit, setError, formState } = useForm<Values>({
    defaultValues: {
      name: present?.name ?? '',
      // What this person cannot give any more goes with the next change.
      scopes: offered.map(({ name }) => name).filter((name) => present?.scopes.includes(name)),
      lifetime: present ? 'keep' : 'd90',
      addresses: present?.addresses.join('\n') ?? '',
    },
  })
  const chosen = useWatch({ control, name: 'scopes' })
  const { errors } = formState
  const showProblem = useProblemErrors<Values>(fields, setError)

  const submit = handleSubmit(async ({ name, scopes, lifetime, addresses }) => {
    const wish = { name, scopes, addresses: addresses.split(/[\s,]+/).filter(Boolean) }
    try {
      const problem = await send(lifetime === 'keep' ? wish : { ...wish, expiresAt: expiryDate(lifetime) })
      if (problem) showProblem({ ...problem, field: problem.field === 'expiresAt' ? 'lifetime' : (problem.field ?? null) })
    } catch (failure) {
      showProblem(readFailure(failure))
    }
  })

  return (
    <form
      onSubmit={(event) => void submit(event)}
      noValidate
      className="grid grid-cols-[minmax(0,1fr)] gap-6 md:grid-cols-[minmax(0,1fr)_20rem]"
    >
      <div className="grid content-start gap-5">
        <FormError message={errors.root?.message} />
        <Field
          label={t('name')}
          hint={t('nameHint')}
          autoComplete="off"
          autoFocus
          maxLength={64}
          error={errors.name?.message}
          {...register('name', { required: auth('required') })}
        />
        <ScopeChoices scopes={offered} error={errors.scopes?.message} {...register('scopes', { required: t('scopesMissing') })} />
        <ExpiryChoice present={present?.expiresAt} error={errors.lifetime?.message} {...register('lifetime')} />
        <AddressesField error={errors.addresses?.message} {...register('addresses')} />
      </div>
      <KeyPreview scopes={offered} chosen={chosen} />
      <div className="sticky -bottom-6 -mx-6 -mb-6 flex justify-end gap-2 border-line border-t bg-surface px-6 py-4 md:col-span-2">
        <Button look="quiet" onClick={onCancel}>
          {t('cancel')}
        </Button>
        <Button type="submit" look="primary" pending={formState.isSubmitting}>
          {action}
        </Button>
      </div>
    </form>
  )
}
