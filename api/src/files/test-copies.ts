import { createTestJobs } from '../jobs/test-jobs.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { CopiesService } from './copies.ts'
import { type CopyIo, realIo } from './copy-file.ts'
import { fileCopy } from './copy-job.ts'
import { CopyStaging } from './copy-staging.ts'
import { createTestStorage } from './test-storage.ts'

/** Files, and the jobs that copy them, in one process; `io` is the disk as a test wants it. */
export async function createTestCopies(
  database: Database,
  provider: DatabaseProvider,
  { at, io }: { at?: string; io?: Partial<CopyIo> } = {},
) {
  const storage = await createTestStorage(database, at)
  const jobs = createTestJobs(database, provider, { bus: storage.bus })
  const staging = new CopyStaging({ database, jail: storage.jail, removals: storage.removals })
  const audit = { record: async (_actor: unknown, record: (typeof storage.audited)[number]) => void storage.audited.push(record) }
  jobs.kinds.register(fileCopy({ tree: storage.tree, staging, audit, io: { ...realIo, ...io } }))
  const copies = new CopiesService({ tree: storage.tree, queue: jobs.queue, audit })
  const close = async () => {
    await jobs.stop()
    await storage.close()
  }
  return { storage, jobs, staging, copies, close }
}
export type TestCopies = Awaited<ReturnType<typeof createTestCopies>>
