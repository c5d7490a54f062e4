import type { ComponentProps } from 'react'
import { useTranslations } from 'use-intl'
import { PasswordField } from '../../ui/password-field'
import { SHORTEST_PASSWORD } from './password-rule'

/** A password that is being chosen, with the rule for it. Takes react-hook-form's `register(…)`. */
export function NewPasswordField(props: Omit<ComponentProps<typeof PasswordField>, 'label' | 'showLabel' | 'hideLabel'>) {
  const t = useTranslations('auth')
  return (
    <PasswordField
      label={t('password')}
      hint={t('newPasswordHint', { count: SHORTEST_PASSWORD })}
      showLabel={t('showPassword')}
      hideLabel={t('hidePassword')}
      autoComplete="new-password"
      {...props}
    />
  )
}
