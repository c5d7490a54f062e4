// The child process of deletion-crash.test.ts: changes an account and kills itself at one of the steps of it.
import { testActor } from '../files/test-storage.ts'
import { startPeople, stepInFolders, stepInStatements } from './test-crash.ts'

const [url = '', folder = '', what = '', at = ''] = process.argv.slice(2)
let armed = false
let step = 0
const onStep = () => {
  if (!armed) return
  step += 1
  if (step === Number(at)) process.kill(process.pid, 'SIGKILL')
}
const { changes, deletions } = await startPeople(url, folder)
await stepInStatements(onStep)
stepInFolders(onStep)
armed = true
const admin = { ...testActor('ada', 'ADMIN'), userId: 'id-ada' }
if (what === 'RENAME') await changes.update(admin, { id: 'id-ben', username: 'renamed' })
else await deletions.delete(admin, { id: 'id-ben', files: what as 'DELETE', transferTo: what === 'TRANSFER' ? 'id-cleo' : null })
armed = false
console.log(`done in ${step} steps`)
process.exit(0)
