'use client'

import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { ErrorState } from '../../ui/error-state'
import { useDocumentTitle } from '../../ui/page-header'

/** A fault in a page's own code: the rest of the dashboard goes on. */
export function Crashed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const t = useTranslations('errors')
  useDocumentTitle(t('crashTitle'))
  // A server that was updated no longer has the files this page was made of: only a new page helps.
  const retry = error.name === 'ChunkLoadError' ? () => window.location.reload() : onRetry
  return (
    <div className="p-6 sm:p-10">
      <ErrorState
        heading="h1"
        title={t('crashTitle')}
        message={t('crashMessage')}
        details={error.message}
        action={
          <Button look="primary" onClick={retry}>
            {t('retry')}
          </Button>
        }
      />
    </div>
  )
}
