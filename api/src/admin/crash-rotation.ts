// The child process of rotation.test.ts: rotates the master key and dies at the step it is told.
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { auditHashes } from '../audit/key-use.ts'
import { authenticatorSecrets } from '../auth/sealed-secrets.ts'
import { openDatabase } from '../platform/db.ts'
import type { SealedPlace } from '../platform/key-rotation.ts'

const [url = '', folder = '', dieAt = ''] = process.argv.slice(2)

let steps = 0
function step(): void {
  steps += 1
  if (steps === Number(dieAt)) process.kill(process.pid, 'SIGKILL')
}

/** The same, with a step before and one after. */
async function between<T>(run: () => Promise<T>): Promise<T> {
  step()
  const result = await run()
  step()
  return result
}

const { rename } = fs
fs.rename = (from, to) => between(() => rename(from, to))
syncBuiltinESMExports()
// Only now: it must see the file system with steps.
const { rotateMasterKey } = await import('../platform/key-rotation.ts')

const database = await openDatabase({ provider: 'sqlite', url })
const place = authenticatorSecrets(database)
const stepped: SealedPlace = {
  name: place.name,
  read: (after, limit) => between(() => place.read(after, limit)),
  replace: (id, from, to) => between(() => place.replace(id, from, to)),
}
const rotation = await rotateMasterKey({
  file: `${folder}/master-key`,
  places: [stepped],
  uses: [auditHashes({ database, headFile: `${folder}/audit-head` })],
  mayBeWritten: false,
})
console.log(JSON.stringify({ ...rotation, steps }))
process.exit(0)
