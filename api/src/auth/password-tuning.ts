import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { z } from 'zod'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { costOf } from './password.ts'
import { leastCost, measureCost, type PasswordCost, setPasswordCost } from './password-cost.ts'

/** What checking a password may take at most, in milliseconds. */
const longest = 250

const Tuned = z.object({
  machine: z.string(),
  salt: z.string().min(16),
  memory: z.int().min(leastCost.memory),
  passes: z.int().min(leastCost.passes),
})

export interface TuningDeps {
  readonly database: Pick<Database, 'user'>
  readonly log: Log
  /** Where the outcome is kept: a property of the machine, and not of its data. */
  readonly file: string
}

/**
 * Makes passwords as dear to guess as this machine can afford. Measured once for a machine, and kept: hashes that change
 * with the weather would be made anew at each sign-in. Until it is done, the least cost holds.
 */
export async function tunePasswordCost({ database, file, log }: TuningDeps): Promise<PasswordCost> {
  // Read first: what is made while it measures has the least cost, and the database may be closed by then.
  const rows = await database.user.findMany({ where: { NOT: { passwordHash: null } }, select: { passwordHash: true } })
  const { machine: _, salt, ...cost } = (await readTuned(file)) ?? (await measure(file, log))
  setPasswordCost(
    cost,
    rows.map(({ passwordHash }) => costOf(passwordHash ?? '')).filter((each) => each !== null),
    salt,
  )
  return cost
}

async function readTuned(file: string): Promise<z.infer<typeof Tuned> | null> {
  try {
    const tuned = Tuned.parse(JSON.parse(await readFile(file, 'utf8')))
    return tuned.machine === machineName() ? tuned : null
  } catch {
    return null
  }
}

async function measure(file: string, log: Log): Promise<z.infer<typeof Tuned>> {
  const cost = await measureCost(longest, totalmem() / 1_024 / 64)
  log.info({ ...cost }, 'passwords are hashed at this cost from now on')
  const tuned = { machine: machineName(), salt: randomBytes(16).toString('hex'), ...cost }
  await writeFile(file, `${JSON.stringify(tuned)}\n`, { mode: 0o600 }).catch((err: unknown) =>
    log.warn({ err, file }, 'the cost of passwords could not be kept: it is measured again at the next start'),
  )
  return tuned
}

function machineName(): string {
  const processors = cpus()
  return `${processors[0]?.model ?? 'unknown'} × ${processors.length}, ${Math.round(totalmem() / 2 ** 30)} GB`
}
