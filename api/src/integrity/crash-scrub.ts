// The child process of scrub-crash.test.ts: reads all files on a given database and folder, until it is killed.

import { createTestStorage } from '../files/test-storage.ts'
import { createTestJobs, system } from '../jobs/test-jobs.ts'
import { openDatabase } from '../platform/db.ts'
import { Damages } from './damages.ts'
import { Quarantine } from './quarantine.ts'
import { DiskReader } from './reader.ts'
import { fileScrub } from './scrub-job.ts'

const [url = '', folder = '', rate = '', begin] = process.argv.slice(2)
const database = await openDatabase({ provider: 'sqlite', url })
const { bus, tree } = await createTestStorage(database, folder)
const jobs = createTestJobs(database, 'sqlite', { bus })
const damages = new Damages({ database, bus, clock: tree.deps.clock, audit: { record: async () => {} } })
const quarantine = new Quarantine({ tree, damages })
await quarantine.start()
const settings = () => ({ megabytesPerSecond: Number(rate), quarantine: false })
jobs.kinds.register(fileScrub({ tree, damages, quarantine, createReader: () => new DiskReader(), settings }))
if (begin) await jobs.queue.add(system, { kind: 'file_scrub', input: {} })
await jobs.start()
console.log('running')
// The queue waits for a retry without keeping a process; a server has its port.
setInterval(() => {}, 60_000)
