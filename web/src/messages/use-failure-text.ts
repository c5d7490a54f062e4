import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { en } from './en'

type KnownCode = keyof (typeof en)['errors']['code']

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(en.errors.code, code)
}

interface FailureLike {
  code: string
  message: string
  /** How long to wait, where the server says it. */
  retryAfterSeconds?: number | null
}

/** Our words for a code we know, else the server's own message: a new code must never end as an empty line. */
export function useFailureText(): (failure: FailureLike) => string {
  const t = useTranslations('errors')
  return useCallback(
    ({ code, message, retryAfterSeconds }) => {
      if (code === 'RATE_LIMITED' && retryAfterSeconds) {
        const minutes = Math.ceil(retryAfterSeconds / 60)
        return retryAfterSeconds < 90 ? t('waitSeconds', { count: retryAfterSeconds }) : t('waitMinutes', { count: String(minutes) })
      }
      return isKnown(code) ? t(`code.${code}`) : message
    },
    [t],
  )
}
