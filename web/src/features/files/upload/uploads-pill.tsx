'use client'

import { useApolloClient, useSubscription } from '@apollo/client/react'
import { CircleCheck, TriangleAlert } from 'lucide-react'
import * as Popover from 'radix-ui/popover'
import { lazy, Suspense, useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { readConnection, watchConnection } from '../../../graphql/connection'
import { graphql } from '../../../graphql/generated'
import { ProgressRing } from './progress-ring'
import { tray, useTraySnapshot } from './use-tray'

const UploadsPanel = lazy(async () => ({ default: (await import('./uploads-panel')).UploadsPanel }))
const ConflictDialog = lazy(async () => ({ default: (await import('./conflict-dialog')).ConflictDialog }))

export const UploadProgressFragment = graphql(`
  fragment UploadProgress_upload on UploadProgress {
    id
    path
    state
    offset
    length
    bytesPerSecond
    problem
  }
`)

export const UnfinishedUploadsDocument = graphql(`
  query UnfinishedUploads {
    uploads {
      ...UploadProgress_upload @unmask
    }
  }
`)

export const UploadProgressedDocument = graphql(`
  subscription UploadProgressed {
    uploadProgressed {
      ...UploadProgress_upload @unmask
    }
  }
`)

/** Uploads as the server has them, from every page. Nothing is shown while there are none. */
export function UploadsPill() {
  const t = useTranslations('files.tray')
  const format = useFormat()
  const { items, totals, asking, askingOthers } = useTraySnapshot()
  useUploadStream()
  useLeaveWarning(totals.open > 0)

  const percent = format.percent(totals.part * 100)
  const words =
    totals.open > 0
      ? t('pillOpen', { count: totals.open, percent })
      : totals.attention > 0
        ? t('pillAttention', { count: totals.attention })
        : t('pillDone', { count: totals.done })
  return (
    <>
      {items.length > 0 ? (
        <Popover.Root>
          <Popover.Trigger className="flex h-9 items-center gap-2 rounded-full bg-accent-soft px-2.5 font-medium text-[13px] transition-colors hover:bg-hover">
            {totals.open > 0 ? (
              <ProgressRing part={totals.part} />
            ) : totals.attention > 0 ? (
              <TriangleAlert aria-hidden className="size-4 text-warn" />
            ) : (
              <CircleCheck aria-hidden className="size-4 text-good" />
            )}
            <span className="figures max-sm:sr-only">{words}</span>
          </Popover.Trigger>
          <Popover.Portal container={document.getElementById('content')}>
            <Popover.Content
              align="end"
              sideOffset={8}
              collisionPadding={8}
              aria-label={t('title')}
              className="pop-in z-30 flex max-h-[min(70dvh,36rem)] w-[min(27rem,calc(100vw-1rem))] flex-col overflow-hidden rounded-card border border-line bg-surface shadow-high"
            >
              <Suspense fallback={null}>
                <UploadsPanel />
              </Suspense>
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      ) : null}
      {asking ? (
        <Suspense fallback={null}>
          <ConflictDialog
            key={asking.key + asking.path}
            path={asking.path}
            others={askingOthers}
            onAnswer={(choice, all) => tray.answer(choice, all)}
          />
        </Suspense>
      ) : null}
    </>
  )
}

/** One stream for all: what the server has durably, also of uploads begun before a reload or on another device. */
function useUploadStream() {
  const client = useApolloClient()
  useSubscription(UploadProgressedDocument, {
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data }) => {
      const frame = data.data?.uploadProgressed
      if (frame) tray.take(frame)
    },
  })
  useEffect(() => {
    const read = async () => {
      const { data } = await client.query({ query: UnfinishedUploadsDocument, fetchPolicy: 'no-cache' })
      if (data) tray.takeUnfinished(data.uploads)
    }
    let before = readConnection().status
    // What cannot be listed now is listed when the connection is back.
    void read().catch(() => {})
    return watchConnection(() => {
      const { status } = readConnection()
      if (before === 'lost' && status === 'live') {
        tray.resumeWaiting()
        void read().catch(() => {})
      }
      before = status
    })
  }, [client])
}

function useLeaveWarning(active: boolean) {
  useEffect(() => {
    if (!active) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [active])
}
