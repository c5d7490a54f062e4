import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { audit } from '../../messages/en/audit'

type Action = keyof (typeof audit)['action']

/** "Signed in" for auth.signIn; what has no words yet is named as it is. */
export function useActionWords(): (action: string) => string {
  const t = useTranslations('audit.action')
  return useCallback(
    (action) => {
      const key = action.replace('.', '_')
      return Object.hasOwn(audit.action, key) ? t(key as Action) : action
    },
    [t],
  )
}

/** "you", the name of an account, a stranger, or the server. */
export function useActorWords(): (name: string, id: string | null) => string {
  const t = useTranslations('audit')
  return useCallback((name, id) => (id ? name : name === 'anonymous' ? t('stranger') : name === 'system' ? t('server') : name), [t])
}
