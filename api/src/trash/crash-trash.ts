// The child process of crash.test.ts: deletes, restores and replaces ten files, over and over, until it is killed.
import { randomInt } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { testActor } from '../files/test-storage.ts'
import { openDatabase } from '../platform/db.ts'
import { createTestTrash } from './test-trash.ts'

const [url = '', folder = ''] = process.argv.slice(2)
const database = await openDatabase({ provider: 'sqlite', url })
const { files, service } = await createTestTrash(database, folder)
const ben = testActor('ben')
await files.ensureHome({ id: ben.userId, username: 'ben' })
for (let step = 0; ; step++) {
  const name = `file ${randomInt(10)}`
  const path = `/ben/${name}`
  const [item] = (await service.list(ben, 'MINE', { after: null, limit: 100, newestFirst: true })).filter((one) => one.path === path)
  if (item) await service.restore(ben, { id: item.id, to: null, ifExists: 'FAIL' })
  else if (!existsSync(`${folder}${path}`) || randomInt(2) === 0) {
    writeFileSync(`${folder}/Shared/new`, `${name}: ${step} of ${process.pid}`)
    await files.moveFile(ben, { from: '/Shared/new', to: path, replace: true })
  } else await files.deleteFile(ben, { path, permanently: false })
  console.log(path)
}
