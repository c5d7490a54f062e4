'use client'

import { useQuery } from '@apollo/client/react'
import { ChevronRight, CornerLeftUp, FolderClosed } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import { Skeleton } from '../../../ui/skeleton'
import { isWithin, nameOf, parentOf, ROOT } from '../path'

export const PickFoldersDocument = graphql(`
  query PickFolders($path: Path!, $first: Int!, $offset: Int!) {
    files(path: $path, first: $first, offset: $offset, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      nodes {
        id
        name
        path
        isFolder
        mayWrite
      }
    }
  }
`)

/** The server's limit for one reading. Folders stand before files, so this is 500 folders. */
const READ = 500

/** One folder at a time, read when it is opened. What is being moved cannot be moved into itself. */
export function FolderPicker({ path, without, onGo }: { path: string; without: readonly string[]; onGo: (path: string) => void }) {
  const t = useTranslations('files')
  const { data, error, refetch } = useQuery(PickFoldersDocument, {
    variables: { path, first: READ, offset: 0 },
    fetchPolicy: 'no-cache',
  })
  const folders = data?.files.nodes.filter((node) => node.isFolder && !without.some((moved) => isWithin(node.path, moved)))
  const row = 'flex h-10 w-full min-w-0 items-center gap-3 rounded-control px-3 text-left hover:bg-hover max-sm:h-12'
  return (
    <section
      aria-label={t('foldersIn', { folder: nameOf(path) || t('title') })}
      className="h-72 overflow-y-auto rounded-control border border-line p-1"
    >
      {path === ROOT ? null : (
        <button type="button" className={row} onClick={() => onGo(parentOf(path))}>
          <CornerLeftUp aria-hidden className="size-5 shrink-0 text-ink-soft" />
          {t('up')}
        </button>
      )}
      {error ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : folders ? (
        folders.length > 0 ? (
          folders.map((folder) => (
            <button key={folder.id} type="button" className={row} onClick={() => onGo(folder.path)}>
              <FolderClosed aria-hidden className="size-5 shrink-0 text-accent" strokeWidth={1.75} />
              <span className="min-w-0 flex-1 truncate">{folder.name}</span>
              <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-soft" />
            </button>
          ))
        ) : (
          <p className="px-3 py-2.5 text-ink-soft">{t('noFolders')}</p>
        )
      ) : (
        <div className="grid gap-1 p-2">
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
          <Skeleton className="h-8" />
        </div>
      )}
    </section>
  )
}
