// The child process of copy-crash.test.ts: runs the queue on a given database and folder, until it is killed.
import { system } from '../jobs/test-jobs.ts'
import { openDatabase } from '../platform/db.ts'
import { createTestCopies } from './test-copies.ts'

const [url = '', folder = '', from, to] = process.argv.slice(2)
const database = await openDatabase({ provider: 'sqlite', url })
const { jobs } = await createTestCopies(database, 'sqlite', { at: folder })
if (from) await jobs.queue.add(system, { kind: 'file_copy', input: { from, to, replace: false } })
await jobs.start()
console.log('running')
// The queue waits for a retry without keeping a process; a server has its port.
setInterval(() => {}, 60_000)
