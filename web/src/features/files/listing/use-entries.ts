import type { ApolloClient } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { graphql } from '../../../graphql/generated'
import type { FileOrder } from '../../../graphql/generated/graphql'
import { type Entry, staysInPlace } from './entry'
import { EntryPages } from './entry-pages'

export const FolderEntriesDocument = graphql(`
  query FolderEntries($path: Path!, $first: Int!, $offset: Int!, $orderBy: FileOrder!) {
    files(path: $path, first: $first, offset: $offset, orderBy: $orderBy) {
      totalCount
      nodes {
        ...Entry_file @unmask
      }
    }
  }
`)

export const FolderChangedDocument = graphql(`
  subscription FolderChanged($path: Path!) {
    folderChanged(path: $path) {
      path
      at
      removed
      reset
      gone
      changed {
        ...Entry_file @unmask
      }
    }
  }
`)

function pagesOf(client: ApolloClient, path: string, orderBy: FileOrder): EntryPages<Entry> {
  return new EntryPages(async (offset, first, signal) => {
    const { data } = await client.query({
      query: FolderEntriesDocument,
      variables: { path, first, offset, orderBy },
      fetchPolicy: 'no-cache',
      // Without this a second reading of the same window would be given the first one's answer.
      context: { queryDeduplication: false, fetchOptions: { signal } },
    })
    if (!data) throw new Error('An answer without data')
    return { entries: data.files.nodes, totalCount: data.files.totalCount }
  })
}

export interface Entries {
  pages: EntryPages<Entry>
  /** Grows with each change of what `pages` holds. */
  version: number
  gone: boolean
}

/** A folder's entries, as they are at every moment: one subscription says what changed, or that it must be read again. */
export function useEntries(
  path: string,
  { field, direction }: FileOrder,
  onChange: (change: { changed: readonly Entry[]; removed: readonly string[] }) => void,
): Entries {
  const client = useApolloClient()
  const pages = useMemo(() => pagesOf(client, path, { field, direction }), [client, path, field, direction])
  const version = useSyncExternalStore(pages.subscribe, pages.getVersion, pages.getVersion)
  const [goneAt, setGoneAt] = useState<string | null>(null)

  useEffect(() => {
    pages.open()
    const stays = staysInPlace({ field, direction })
    const reading = client
      .subscribe({ query: FolderChangedDocument, variables: { path }, fetchPolicy: 'no-cache' })
      .subscribe(({ data, error }) => {
        // It was there when it was listed and is not to be watched now: reading it again says why.
        if (error) pages.reread()
        const change = data?.folderChanged
        if (!change) return
        setGoneAt(change.gone ? path : null)
        if (change.gone) return
        onChange(change)
        const inPlace = pages.replace(change.changed, stays)
        if (change.reset || change.removed.length > 0 || !inPlace) pages.reread()
      })
    return () => {
      reading.unsubscribe()
      pages.close()
    }
  }, [client, pages, path, field, direction, onChange])

  return { pages, version, gone: goneAt === path }
}
