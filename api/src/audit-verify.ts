import { existsSync } from 'node:fs'
import { pino } from 'pino'
import type { AuditFault, AuditFaultKind } from './audit/chain-check.ts'
import { AuditService } from './audit/service.ts'
import { EnvFault, readEnv } from './env.ts'
import { Bus } from './platform/bus.ts'
import { systemClock } from './platform/clock.ts'
import { openDatabase } from './platform/db.ts'
import { isMigrated, readMigrations } from './platform/migrations.ts'
import { readSecrets } from './platform/secrets.ts'
import { StartFault } from './platform/start-fault.ts'
import { databaseAddress } from './tiers/database-address.ts'

const words: Record<AuditFaultKind, string> = {
  EDITED: 'changed after it was written, or not written by the server',
  REMOVED: 'removed',
  TRUNCATED: 'cut off at the end',
  REORDERED: 'in the place of another',
  FORGED: 'put in outside the chain',
  ROLLED_BACK: 'missing: an older copy of the database is in its place',
  REPLACED: 'not the entry that the end of the chain remembers',
  SEAL: 'the record of the beginning and the end of the chain was changed',
  KEY_MISSING: 'cannot be checked: the master key of that time is not there any more',
}

/** `npm run audit:verify`: looks at every entry, while the server runs or not. Ends with 0 when all is whole, 1 when not, 2 when it cannot be looked at. */
async function main(): Promise<number> {
  const accept = process.argv.includes('--accept')
  const env = readEnv(process.env, false)
  const address = databaseAddress(env)
  // Opening would make an empty one, and reading the key would make a new one.
  const keyFile = env.masterKeyCredential && existsSync(env.masterKeyCredential) ? env.masterKeyCredential : `${env.dataDir}/master-key`
  for (const file of [...(address.provider === 'sqlite' ? [address.url.slice('file:'.length)] : []), keyFile])
    if (!existsSync(file)) throw new StartFault(`There is no ${file}. Set BALUHOST_DATA_DIR to the data folder of the server.`)
  const secrets = await readSecrets({ file: `${env.dataDir}/master-key`, credential: env.masterKeyCredential })
  const database = await openDatabase(address)
  try {
    if (!(await isMigrated(database, await readMigrations(address.provider))))
      throw new StartFault('The database is of another release. Start the server of this release once, then check again.')
    const audit = new AuditService({
      database,
      provider: address.provider,
      bus: new Bus(),
      clock: systemClock,
      secrets,
      log: pino({ level: 'silent' }),
      headFile: `${env.dataDir}/audit-head`,
    })
    const began = performance.now()
    const found = await audit.look()
    const seconds = ((performance.now() - began) / 1_000).toFixed(1)
    const range = found.checked === 0 ? '' : ` (${found.from} to ${found.to})`
    console.log(`${found.checked} entries${range} looked at in ${seconds} s.`)
    if (found.faults.length === 0) console.log('All are as they were written.')
    for (const fault of found.faults) console.log(`${place(fault)}: ${words[fault.kind]}.`)
    if (found.reason) console.log(`Noticed by the server: ${found.reason}.`)
    if (found.faults.length > 0 && accept) {
      await audit.accept(found)
      console.log('Accepted: the chain goes on from where it ends now. Entries that were changed or removed are told again each time.')
    }
    await audit.stop()
    return found.faults.length > 0 && !accept ? 1 : 0
  } finally {
    await database.$disconnect()
  }
}

function place({ kind, sequence, until }: AuditFault): string {
  if (kind === 'SEAL') return `At entry ${sequence}`
  return sequence === until ? `Entry ${sequence}` : `Entries ${sequence} to ${until}`
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof StartFault || error instanceof EnvFault ? `The audit log cannot be checked. ${error.message}` : error)
    process.exit(2)
  },
)
