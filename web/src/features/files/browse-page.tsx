'use client'

import { useQuery } from '@apollo/client/react'
import { FolderX } from 'lucide-react'
import { Suspense, useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { ErrorState } from '../../ui/error-state'
import { Breadcrumb } from './breadcrumb'
import { FolderView } from './folder-view'
import { nameOf, parentOf, ROOT } from './path'
import { placeHref } from './place'
import { goTo, usePlace } from './use-place'

export const FolderDocument = graphql(`
  query Folder($path: Path!) {
    file(path: $path) {
      id
      path
      isFolder
      mayWrite
    }
  }
`)

export function BrowsePage() {
  return (
    <Suspense fallback={null}>
      <Browse />
    </Suspense>
  )
}

/** Whatever the address names: a folder to list, a file to look at, or nothing that is there. */
function Browse() {
  const t = useTranslations('files')
  const place = usePlace()
  const { path, order } = place
  const { data, error, refetch } = useQuery(FolderDocument, { variables: { path } })
  const file = data?.file

  useEffect(() => {
    // An address of a file shows it where it is.
    if (file && !file.isFolder) goTo(placeHref({ path: parentOf(path), order, preview: nameOf(path) }), { replace: true })
  }, [file, path, order])

  const missing = file === null || (error ? readFailure(error).code === 'FILE_NOT_FOUND' : false)
  if (missing || (error && !file)) {
    return (
      <>
        <div className="mb-4 flex">
          <Breadcrumb path={path} hrefOf={(to) => placeHref({ path: to, order })} onGo={(to) => goTo(placeHref({ path: to, order }))} />
        </div>
        {missing ? (
          <ErrorState
            icon={FolderX}
            title={t('missingTitle')}
            message={t('missingMessage', { path })}
            action={
              <Button look="primary" onClick={() => goTo(placeHref({ path: path === ROOT ? ROOT : parentOf(path), order }))}>
                {t('up')}
              </Button>
            }
          />
        ) : (
          <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
        )}
      </>
    )
  }
  if (file && !file.isFolder) return null
  return <FolderView key={path} place={place} mayWrite={file?.mayWrite ?? false} />
}
