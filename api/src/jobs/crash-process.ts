// A process that runs jobs until it is killed: node crash-process.ts ADDRESS FOLDER LEASE
import { pino } from 'pino'
import { testAudit } from '../audit/test-audit.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { type DatabaseAddress, openDatabase } from '../platform/db.ts'
import { createJobs } from './compose.ts'
import { registerCrashKinds } from './crash-kinds.ts'

const [address = '', folder = '', leaseMs = ''] = process.argv.slice(2)
const { provider, url } = JSON.parse(address) as DatabaseAddress
const database = await openDatabase({ provider, url })
const log = pino({ level: 'error' }, pino.destination(2))
const jobs = createJobs({
  database,
  provider,
  bus: new Bus(),
  clock: systemClock,
  log,
  audit: testAudit(database, { provider }),
  leaseMs: Number(leaseMs),
})
registerCrashKinds(jobs, database, folder)
await jobs.start()
console.log('ready')
// Its parent is gone: nobody would kill it.
process.stdin.resume().on('end', () => process.exit(0))
