'use client'

import { Compass } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { ErrorState } from '../../ui/error-state'
import { useDocumentTitle } from '../../ui/page-header'

export function NotFound() {
  const t = useTranslations('errors')
  useDocumentTitle(t('notFoundTitle'))
  return (
    <main className="p-6 sm:p-10">
      <ErrorState
        heading="h1"
        icon={Compass}
        title={t('notFoundTitle')}
        message={t('notFoundMessage')}
        action={
          <Link href="/" className="font-medium text-accent underline underline-offset-4">
            {t('backToOverview')}
          </Link>
        }
      />
    </main>
  )
}
