import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { en } from './en'

type KnownCode = keyof (typeof en)['errors']['code']

function isKnown(code: string): code is KnownCode {
  return Object.hasOwn(en.errors.code, code)
}

/** Our words for a code we know, else the server's own message: a new code must never end as an empty line. */
export function useFailureText(): (failure: { code: string; message: string }) => string {
  const t = useTranslations('errors.code')
  return useCallback((failure) => (isKnown(failure.code) ? t(failure.code) : failure.message), [t])
}
