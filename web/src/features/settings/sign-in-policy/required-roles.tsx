'use client'

import { useMutation } from '@apollo/client/react'
import { useForm } from 'react-hook-form'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../../graphql/failure'
import type { Role } from '../../../graphql/generated/graphql'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Card } from '../../../ui/card'
import { FormError } from '../../../ui/form-error'
import { sayDone } from '../../../ui/toast'
import { useConfirmed } from '../../auth/use-confirmed'
import { UpdateSignInPolicyDocument } from './update-policy'

const choices: readonly Role[] = ['ADMIN', 'USER', 'VIEWER']

/** Roles whose accounts can do nothing before they have a second factor. */
export function RequiredRoles({ roles, withoutFactor, onSaved }: { roles: readonly Role[]; withoutFactor: number; onSaved: () => void }) {
  const t = useTranslations('factors.policy')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const confirmed = useConfirmed()
  const [update] = useMutation(UpdateSignInPolicyDocument)
  const { register, handleSubmit, setError, formState } = useForm<{ roles: Role[] }>({ defaultValues: { roles: [...roles] } })

  const submit = handleSubmit(async (values) => {
    try {
      const answer = await confirmed(() => update({ variables: { input: { requireTwoFactor: values.roles } } }))
      if (!answer) return
      const result = answer.data?.updateSignInPolicy
      if (!result || 'code' in result) return setError('root', { message: textOf(result ?? { code: 'INTERNAL', message: '' }) })
      sayDone(t('saved'))
      onSaved()
    } catch (error) {
      setError('root', { message: textOf(readFailure(error)) })
    }
  })

  return (
    <Card title={t('title')}>
      <form onSubmit={(event) => void submit(event)} noValidate className="mt-3 grid gap-4">
        <p className="max-w-[60ch] text-ink-soft">{t('lead')}</p>
        <FormError message={formState.errors.root?.message} />
        <fieldset className="grid gap-2.5">
          <legend className="mb-2 font-medium text-[13px]">{t('roles')}</legend>
          {choices.map((role) => (
            <label key={role} className="flex items-center gap-2.5">
              <input type="checkbox" value={role} className="size-4 accent-(--accent)" {...register('roles')} />
              {shell(`role.${role}`)}
            </label>
          ))}
        </fieldset>
        {roles.length > 0 ? <p className="text-[13px] text-ink-soft">{t('waiting', { count: withoutFactor })}</p> : null}
        <div>
          <Button type="submit" look="primary" disabled={!formState.isDirty} pending={formState.isSubmitting}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
