import type { HealthComponent } from '../health/component.ts'
import type { JobKinds } from '../jobs/kinds.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { StartFault } from '../platform/start-fault.ts'
import { TrashBin } from '../trash/bin.ts'
import { recoverTrash } from '../trash/recovery.ts'
import { recoverVersions } from '../versions/recovery.ts'
import type { VersionRules } from '../versions/settings.ts'
import { VersionStore } from '../versions/store.ts'
import { Archives } from './archives.ts'
import { CopiesService } from './copies.ts'
import { fileCopy } from './copy-job.ts'
import { CopyStaging } from './copy-staging.ts'
import { datedCopy } from './dated-copy.ts'
import { storageHealth, uploadsHealth, watcherHealth } from './health.ts'
import { HomeFolders } from './home-folders.ts'
import { fileIndex, StartIndex } from './indexer.ts'
import { Jail } from './jail.ts'
import { rootId } from './model.ts'
import { reservedName } from './path.ts'
import { fileRemoval, handOverRemovals } from './removal-job.ts'
import { Removals } from './removals.ts'
import { type AuditPort, FilesService } from './service.ts'
import { FileTree } from './tree.ts'
import { UploadsService } from './uploads.ts'
import { FolderWatcher } from './watcher.ts'

export interface FilesDeps {
  /** The folder that is the storage; it exists and can be written. */
  readonly storageDir: string
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly audit: AuditPort
  /** How long an upload may rest, when not as long as by default. */
  readonly uploadExpiryMilliseconds?: number
  /** Where work that takes long is put down, and declared. */
  readonly jobs: { readonly kinds: JobKinds; readonly queue: JobQueue }
  /** Which old contents are kept. */
  readonly versionRules: () => VersionRules
}

/** The files domain, put together. */
export interface FilesDomain {
  /** For domains that keep what they know of files beside it. */
  readonly tree: FileTree
  readonly files: FilesService
  readonly archives: Archives
  readonly uploads: UploadsService
  readonly copies: CopiesService
  readonly homeFolders: HomeFolders
  readonly trash: TrashBin
  readonly versions: VersionStore
  readonly removals: Removals
  readonly health: readonly HealthComponent[]
  /** Before anything listens: makes folders and rows that must exist, and puts right what the last run left. */
  start(): Promise<void>
  /** Once people can come in: looks for what changed on the disk while the server was away. */
  lookThrough(): void
  /** After the last request: what runs in the background stops where it can go on at the next start. */
  stop(): Promise<void>
}

export function createFiles({
  storageDir,
  database,
  bus,
  clock,
  log,
  audit,
  jobs,
  uploadExpiryMilliseconds,
  versionRules,
}: FilesDeps): FilesDomain {
  const jail = new Jail(storageDir)
  const onUnnameable = (path: string, count: number) =>
    log.warn({ path, count }, 'a folder holds names that cannot be shown: not UTF-8 in normalisation form C, or with control characters')
  const versions = new VersionStore({ database, jail, clock, log, rules: versionRules })
  const tree = new FileTree({ database, jail, bus, clock, onUnnameable, versions })
  const removals = new Removals({
    ...{ database, jail, log, handOver: handOverRemovals({ database, queue: jobs.queue }) },
    beforeRows: async (ids) => {
      if ((await versions.discardOf(ids)) > 0) removals.wake()
    },
  })
  const trash = new TrashBin({ tree, removals, log })
  const watcher = new FolderWatcher({ tree, bus, log })
  const files = new FilesService({ tree, watcher, removals, trash, audit, log })
  const uploads = new UploadsService({
    tree,
    audit,
    log,
    ...(uploadExpiryMilliseconds ? { expiryMilliseconds: uploadExpiryMilliseconds } : {}),
  })
  const homeFolders = new HomeFolders({ tree, watcher, removals, uploads, trash })
  const staging = new CopyStaging({ database, jail, removals })
  const copies = new CopiesService({ tree, queue: jobs.queue, audit })
  jobs.kinds.register(fileCopy({ tree, staging, audit }))
  jobs.kinds.register(datedCopy(clock))
  jobs.kinds.register(fileRemoval(removals))
  jobs.kinds.register(fileIndex(tree))
  const startIndex = new StartIndex({ tree, log, queue: jobs.queue })
  return {
    tree,
    files,
    archives: new Archives({ tree }),
    uploads,
    copies,
    homeFolders,
    trash,
    versions,
    removals,
    health: [storageHealth(storageDir, jail), watcherHealth(watcher), uploadsHealth(uploads)],
    async start() {
      await requireKnownStorage(storageDir, jail, database)
      await files.start()
      await recoverVersions(versions)
      await recoverTrash(trash, log)
      trash.sizes.wake()
      await staging.sweep()
      await uploads.start()
    },
    lookThrough: () => startIndex.begin(),
    async stop() {
      await startIndex.stop()
      await uploads.settled()
      await trash.sizes.stop()
      await versions.stop()
      await files.stop()
      await jail.close()
    },
  }
}

/**
 * A disk that is not mounted leaves an empty folder where the storage was. Reading that would drop the rows of every file:
 * owners, checksums, what can be resumed. Refuses when rows know files but the server's own folder is not there.
 */
async function requireKnownStorage(storageDir: string, jail: Jail, database: Database): Promise<void> {
  await using root = await jail.openRoot()
  if (await root.look(reservedName)) return
  if ((await database.fileEntry.count({ where: { parentId: rootId } })) === 0) return
  throw new StartFault(
    `${storageDir} is not the storage that this server knows: it has no folder ${reservedName}. Mount its disk and start again. If it is meant to be another storage from now on, make an empty folder ${reservedName} in it.`,
  )
}
