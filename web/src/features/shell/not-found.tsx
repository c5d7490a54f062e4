'use client'

import { Compass } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { ErrorState } from '../../ui/error-state'
import { useDocumentTitle } from '../../ui/page-header'
import { Wordmark } from '../../ui/wordmark'

export function NotFound() {
  const t = useTranslations('errors')
  useDocumentTitle(t('notFoundTitle'))
  return (
    <main className="px-4 sm:px-6">
      <Link href="/" className="mb-8 flex h-14 w-fit items-center">
        <Wordmark />
      </Link>
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
