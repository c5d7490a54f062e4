'use client'

import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { tables } from '../../messages/en/tables'
import { Button } from '../../ui/button'
import { ErrorState } from '../../ui/error-state'

type Known = keyof (typeof tables)['failed']

/** What could not be read, and why: in the words of this page where it has some. */
export function TableFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useTranslations('tables')
  const errors = useTranslations('errors')
  const { code } = readFailure(error)
  if (!Object.hasOwn(tables.failed, code)) return <FailureState error={error} onRetry={onRetry} />
  return (
    <ErrorState
      title={errors('title')}
      message={t(`failed.${code as Known}`)}
      details={errors('details', { code })}
      action={
        <Button look="primary" onClick={onRetry}>
          {errors('retry')}
        </Button>
      }
    />
  )
}
