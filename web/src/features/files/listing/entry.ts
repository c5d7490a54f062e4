import { graphql } from '../../../graphql/generated'
import type { Entry_FileFragment, FileOrder, Role } from '../../../graphql/generated/graphql'
import { segmentsOf } from '../path'

graphql(`
  fragment Entry_file on File {
    id
    name
    path
    isFolder
    size
    modifiedAt
    mimeType
    downloadUrl
    thumbnailUrl
    mayWrite
    owner {
      id
      username
    }
  }
`)

/** A file or folder as a row knows it. */
export type Entry = Entry_FileFragment

/** Homes and Shared are the server's own: nobody renames or deletes them. */
export function mayChange(entry: Entry, role: Role): boolean {
  return entry.mayWrite && role !== 'VIEWER' && segmentsOf(entry.path).length > 1
}

/** Whether an entry keeps its row in this order when it becomes `after`. */
export function staysInPlace(order: FileOrder): (before: Entry, after: Entry) => boolean {
  return (before, after) => {
    if (before.name !== after.name || before.isFolder !== after.isFolder || before.path !== after.path) return false
    if (order.field === 'SIZE') return before.size === after.size
    return order.field !== 'MODIFIED_AT' || before.modifiedAt === after.modifiedAt
  }
}
