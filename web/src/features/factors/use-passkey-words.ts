import { useCallback } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { useFailureText } from '../../messages/use-failure-text'
import { PasskeyFailure } from './passkey-browser'

/** Words for whatever a ceremony ended in: the browser's refusal, the server's, or a lost connection. */
export function usePasskeyWords(): (error: unknown) => string {
  const t = useTranslations('factors.passkeyFailed')
  const textOf = useFailureText()
  return useCallback((error) => (error instanceof PasskeyFailure ? t(error.why) : textOf(readFailure(error))), [t, textOf])
}
