import { useQuery, useSubscription } from '@apollo/client/react'
import { useState } from 'react'
import { graphql } from '../../../graphql/generated'
import type { VersionRow_VersionFragment } from '../../../graphql/generated/graphql'
import { FolderChangedDocument } from '../listing/use-entries'
import { parentOf } from '../path'

graphql(`
  fragment VersionRow_version on FileVersion {
    number
    size
    modifiedAt
    replacedAt
    replacedByName
    downloadUrl
  }
`)

export const FileVersionsDocument = graphql(`
  query FileVersions($path: Path!, $first: Int!) {
    file(path: $path) {
      id
      name
      path
      size
      mimeType
      isFolder
      downloadUrl
      mayWrite
      versions(first: $first) {
        totals {
          count
          size
        }
        nodes {
          ...VersionRow_version @unmask
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`)

export type Version = VersionRow_VersionFragment

const pageSize = 50
const mostAtOnce = 500

/** A file and what it held before, read anew whenever something changes in its folder. */
export function useVersions(path: string) {
  const [first, setFirst] = useState(pageSize)
  const { data, previousData, error, refetch } = useQuery(FileVersionsDocument, { variables: { path, first }, fetchPolicy: 'no-cache' })
  const reread = () => void refetch().catch(() => {})
  const file = (data ?? previousData)?.file
  useSubscription(FolderChangedDocument, {
    variables: { path: parentOf(path) },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: frame }) => {
      const change = frame.data?.folderChanged
      if (!change || (change.reset && !data)) return
      if (change.reset || change.changed.some((entry) => entry.path === path)) reread()
    },
  })
  const hasMore = file?.versions?.pageInfo.hasNextPage === true && first < mostAtOnce
  return { file, error, reread, loadMore: hasMore ? () => setFirst(Math.min(mostAtOnce, first + pageSize)) : null }
}
