'use client'

import { useQuery } from '@apollo/client/react'
import { ChevronLeft, ChevronRight, Download, SearchX } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import { ErrorState } from '../../../ui/error-state'
import { Skeleton } from '../../../ui/skeleton'
import { joinPath } from '../path'
import { FileDetails } from './file-details'
import { linkLook, PreviewBody } from './preview-body'

export const PreviewDocument = graphql(`
  query Preview($path: Path!) {
    file(path: $path) {
      id
      name
      path
      isFolder
      size
      mimeType
      downloadUrl
      ...FileDetails_file @unmask
    }
  }
`)

export interface PreviewDialogProps {
  folder: string
  name: string
  /** What the list knows of the file: when that changes, the file has. */
  state: string
  onPrevious: (() => void) | null
  onNext: (() => void) | null
  onClose: () => void
}

/** One file, looked at; the arrow keys go to its neighbours in the list. */
export function PreviewDialog({ folder, name, state, onPrevious, onNext, onClose }: PreviewDialogProps) {
  const t = useTranslations('files')
  const shell = useTranslations('shell')
  const { data, error, refetch, previousData } = useQuery(PreviewDocument, {
    variables: { path: joinPath(folder, name) },
    fetchPolicy: 'no-cache',
  })
  const read = useRef(state)
  useEffect(() => {
    if (state === read.current) return
    read.current = state
    // Follows what happens to the file while it is looked at, also that it goes; a loss of the connection shows elsewhere.
    void refetch().catch(() => {})
  }, [state, refetch])
  const file = data ? data.file : previousData?.file?.name === name ? previousData.file : undefined

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // A player's own keys, and scrolling in a text, come first.
      if (event.target instanceof Element && event.target.closest('audio, video, [data-own-keys]')) return
      const go = event.key === 'ArrowLeft' ? onPrevious : event.key === 'ArrowRight' ? onNext : null
      if (!go || event.altKey || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      go()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [onPrevious, onNext])

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={name} closeLabel={shell('close')} width="wide">
      <div className="grid gap-4">
        <div className="relative grid h-[min(62dvh,44rem)] place-items-center overflow-hidden rounded-control bg-sunken">
          {file ? (
            <PreviewBody key={file.id} file={file} />
          ) : file === null ? (
            <ErrorState icon={SearchX} title={t('preview.goneTitle')} message={t('preview.goneMessage')} />
          ) : error ? (
            <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
          ) : (
            <Skeleton className="size-full" />
          )}
        </div>
        <div className="flex items-center gap-2">
          <Button
            look="secondary"
            size="icon"
            className="max-sm:size-11"
            aria-label={t('preview.previous')}
            disabled={!onPrevious}
            onClick={() => onPrevious?.()}
          >
            <ChevronLeft aria-hidden />
          </Button>
          <Button
            look="secondary"
            size="icon"
            className="max-sm:size-11"
            aria-label={t('preview.next')}
            disabled={!onNext}
            onClick={() => onNext?.()}
          >
            <ChevronRight aria-hidden />
          </Button>
          <div className="flex-1" />
          {file ? (
            <a href={`${file.downloadUrl}?download`} download={file.name} className={linkLook}>
              <Download aria-hidden />
              {t('action.download')}
            </a>
          ) : null}
        </div>
        {file ? <FileDetails file={file} /> : null}
      </div>
    </Dialog>
  )
}
