import { UploadIfExists, UploadRole, UploadState } from '../../generated/sqlite/enums.ts'
import { choice, hidden, type OfferedTables, shown } from '../columns.ts'

export const fileTables: OfferedTables<'FileEntry' | 'Upload'> = {
  FileEntry: {
    category: 'FILES',
    key: ['id'],
    indexed: ['parentId', 'identity'],
    columns: {
      id: shown('number'),
      parentId: shown('number'),
      name: shown('text'),
      sortKey: shown('text'),
      extension: shown('text'),
      isFolder: shown('flag'),
      size: shown('number'),
      modifiedMicros: shown('number'),
      ownerId: shown('id?'),
      sha256: shown('text?'),
      identity: shown('text'),
      listedCtimeMicros: shown('number?'),
      listedAtMicros: shown('number?'),
    },
  },
  Upload: {
    category: 'FILES',
    key: ['id'],
    indexed: ['ownerId', 'expiresAt', 'spoolId'],
    columns: {
      id: shown('id'),
      ownerId: shown('id'),
      path: shown('text'),
      length: shown('number?'),
      durableOffset: shown('number'),
      sha256: shown('text?'),
      modifiedAt: shown('time?'),
      ifExists: choice(UploadIfExists),
      role: choice(UploadRole),
      spoolId: shown('id?'),
      spoolStart: shown('number'),
      concat: shown('text?'),
      metadata: hidden('whatever a program sent with its upload'),
      state: choice(UploadState),
      entryId: shown('number?'),
      createdAt: shown('time'),
      expiresAt: shown('time'),
    },
  },
}
