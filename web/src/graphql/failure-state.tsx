'use client'

import { Lock } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFailureText } from '../messages/use-failure-text'
import { Button } from '../ui/button'
import { ErrorState } from '../ui/error-state'
import { readFailure } from './failure'

/** What a view shows in place of what it could not read: denied, or failed with a way to try again. */
export function FailureState({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations('errors')
  const textOf = useFailureText()
  const failure = readFailure(error)
  if (failure.code === 'FORBIDDEN') {
    return <ErrorState icon={Lock} title={t('deniedTitle')} message={t('deniedMessage')} />
  }
  const { code, requestId } = failure
  return (
    <ErrorState
      title={t('title')}
      message={textOf(failure)}
      details={requestId ? t('detailsWithRequest', { code, requestId }) : t('details', { code })}
      action={
        <Button look="primary" onClick={onRetry}>
          {t('retry')}
        </Button>
      }
    />
  )
}
