// The child process of crash.test.ts: uploads and downloads on a given database and folder, until it is killed.
import { openDatabase } from '../platform/db.ts'
import { startTestServer } from './test-server.ts'
import { createTestStorage } from './test-storage.ts'

const [url = '', folder = ''] = process.argv.slice(2)
const database = await openDatabase({ provider: 'sqlite', url })
const storage = await createTestStorage(database, folder)
await storage.files.ensureHome({ id: 'id-ben', username: 'ben' })
const { origin } = await startTestServer(storage)
console.log(origin)
