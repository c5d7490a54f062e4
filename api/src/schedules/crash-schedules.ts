// The child process of crash.test.ts: starts what is due, and kills itself at one of the statements of it.
import { createAdapter, openDatabase } from '../platform/db.ts'
import { stepInStatements } from '../users/test-crash.ts'
import { createTestSchedules, SetClock } from './test-schedules.ts'

const [given = '', url = '', now = '', at = ''] = process.argv.slice(2)
const provider = given === 'postgresql' ? 'postgresql' : 'sqlite'
let step = 0
let armed = false
const onStep = () => {
  if (!armed) return
  step += 1
  if (step === Number(at)) process.kill(process.pid, 'SIGKILL')
}

interface Queries {
  performIO(query: { sql: string }): Promise<unknown>
}

/** Calls `onStep` before and after every statement that changes a PostgreSQL database, COMMIT too. */
async function stepInPostgres(): Promise<void> {
  const factory = await createAdapter({ provider, url })
  const connection = await factory.connect()
  let prototype = Object.getPrototypeOf(connection) as Queries
  while (!Object.hasOwn(prototype, 'performIO')) prototype = Object.getPrototypeOf(prototype) as Queries
  await connection.dispose()
  const { performIO } = prototype
  prototype.performIO = async function (query) {
    if (/^\s*(SELECT|BEGIN)/i.test(query.sql)) return performIO.call(this, query)
    onStep()
    const result = await performIO.call(this, query)
    onStep()
    return result
  }
}

await (provider === 'sqlite' ? stepInStatements(onStep) : stepInPostgres())
const database = await openDatabase({ provider, url })
const schedules = createTestSchedules(database, provider, new SetClock(now))
armed = true
await schedules.tick()
armed = false
console.log(`done in ${step} steps`)
process.exit(0)
