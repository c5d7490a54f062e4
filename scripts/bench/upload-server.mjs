// The server of the row small-files: uploads and downloads alone, on folders of its own. With `--no-sync` nothing waits for
// the disk, neither bytes nor names nor rows: what the same server could do if it promised nothing.
import { rmSync } from 'node:fs'
import { diskIo } from '../../api/src/files/spool-writer.ts'
import { startTestServer } from '../../api/src/files/test-server.ts'
import { createTestDatabase, createTestStorage } from '../../api/src/files/test-storage.ts'

const isSynced = !process.argv.includes('--no-sync')
const { database, drop } = await createTestDatabase('sqlite')
if (!isSynced) await database.$queryRawUnsafe('PRAGMA synchronous=OFF')
const storage = await createTestStorage(database)
await storage.files.ensureHome({ id: 'id-bench', username: 'bench' })
const nothing = async () => {}
const io = isSynced ? diskIo : { write: diskIo.write, sync: nothing, syncWhole: nothing, syncFolder: nothing }
const { origin, close } = await startTestServer(storage, { io })
console.log(`listens on ${origin}`)
process.once('SIGTERM', async () => {
  await close()
  await storage.close()
  await drop()
  rmSync(storage.folder, { recursive: true, force: true })
  process.exit(0)
})
