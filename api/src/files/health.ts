import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { degraded, failed, type HealthComponent, running, stopped } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import type { Jail } from './jail.ts'
import { reservedName } from './path.ts'
import type { UploadsService } from './uploads.ts'
import type { FolderWatcher } from './watcher.ts'

/** With less room than this nothing can be saved any more, in bytes. */
const noRoom = 64 * 1024 * 1024
/** How long a refusal of the disk is told that no upload has disproved since, in milliseconds. */
const refusalTold = 10 * 60_000

/**
 * The folder that holds the files: there, writable, and the very one that was opened at the start. Asks the kernel for what it holds
 * in memory and writes nothing: a disk that sleeps goes on sleeping.
 */
export function storageHealth(storageDir: string, jail: Jail): HealthComponent {
  return {
    name: 'storage',
    title: 'Storage folder',
    kind: 'EXTERNAL',
    required: true,
    notRestartable: 'The server holds the folder that it found at its start. Mount its disk again; for another folder restart the server.',
    async check() {
      const root = await jail.openRoot()
      const held = await root.stat()
      const found = await stat(storageDir, { bigint: true }).catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null
        throw error
      })
      if (!found) return failed('STORAGE_GONE', 'The storage folder is gone from its place.')
      if (found.dev !== held.dev) return failed('STORAGE_OTHER_DISK', 'Another disk is mounted where the storage was, or none.')
      if (found.ino !== held.ino) return failed('STORAGE_REPLACED', 'Another folder stands where the storage was.')
      try {
        await access(storageDir, constants.R_OK | constants.W_OK | constants.X_OK)
      } catch (error) {
        const readOnly = error instanceof Error && 'code' in error && error.code === 'EROFS'
        if (readOnly) return failed('STORAGE_READ_ONLY', 'The file system of the storage accepts no changes.', { error })
        return failed('STORAGE_DENIED', 'The server may not write to the storage folder any more.', { error })
      }
      if (!(await root.look(reservedName)))
        return failed('STORAGE_EMPTIED', `The server's own folder ${reservedName} is gone from the storage.`)
      const { bavail, blocks, bsize } = await root.space()
      const free = bavail * bsize
      const details: Detail[] = [
        { name: 'free', value: free, unit: 'BYTES' },
        { name: 'total', value: blocks * bsize, unit: 'BYTES' },
      ]
      if (free < noRoom) return degraded('STORAGE_FULL', 'There is no room left: nothing can be saved.', { details })
      return running({ details })
    },
  }
}

/** Tells of changes that others than this server make. */
export function watcherHealth(watcher: Pick<FolderWatcher, 'watching' | 'restart'>): HealthComponent {
  return {
    name: 'watcher',
    title: 'File watcher',
    kind: 'INTERNAL',
    dependsOn: ['storage'],
    required: false,
    restart: () => watcher.restart(),
    check() {
      const { closed, failure, folders, unwatched } = watcher.watching
      const details: Detail[] = [
        { name: 'watchedFolders', value: folders - unwatched, unit: 'COUNT' },
        { name: 'unwatchedFolders', value: unwatched, unit: 'COUNT' },
      ]
      if (closed) return stopped('CLOSED', 'It was stopped with the server.', { details })
      if (unwatched === 0) return running({ details })
      const message = `${unwatched} of ${folders} open folders are only looked at when they are listed.`
      return degraded('FOLDERS_UNWATCHED', message, { details, ...(failure ? { error: failure } : {}) })
    },
  }
}

/** Takes in files. Its place for unfinished ones must be there, and the disk must not have refused the last. */
export function uploadsHealth(
  uploads: Pick<UploadsService, 'receiving' | 'spool'>,
  monotonic: () => number = () => performance.now(),
): HealthComponent {
  return {
    name: 'uploads',
    title: 'Upload receiver',
    kind: 'INTERNAL',
    dependsOn: ['storage', 'database'],
    required: false,
    notRestartable: 'It holds nothing that could be begun anew: each upload is resumed by who sends it.',
    async check() {
      const { failed: failures, finished, now, refused } = uploads.receiving
      const more = { counters: { finished, failed: failures }, details: [{ name: 'receiving', value: now, unit: 'COUNT' as const }] }
      try {
        await using _spool = await uploads.spool.open()
      } catch (error) {
        return failed('SPOOL_GONE', 'The folder for unfinished uploads cannot be opened.', { ...more, error })
      }
      if (!refused || monotonic() - refused.at > refusalTold) return running(more)
      return degraded('DISK_REFUSED', 'The disk refused what was uploaded last.', { ...more, error: refused.error })
    },
  }
}
