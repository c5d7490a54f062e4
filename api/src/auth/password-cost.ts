import { argon2, createHmac, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { TurnQueue } from '../platform/turn-queue.ts'
import { ServerBusy } from './errors.ts'

/** What argon2id is made to do: memory in KiB, and how often it goes through it. One lane. */
export interface PasswordCost {
  readonly memory: number
  readonly passes: number
}

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB of memory, 2 passes, 1 lane. Never less. */
export const leastCost: PasswordCost = { memory: 19_456, passes: 2 }

/** More memory first: it is what makes guessing on graphics cards expensive. */
const steps: readonly PasswordCost[] = [
  leastCost,
  { memory: 24_576, passes: 2 },
  { memory: 32_768, passes: 2 },
  { memory: 49_152, passes: 2 },
  { memory: 65_536, passes: 2 },
  { memory: 65_536, passes: 3 },
  { memory: 65_536, passes: 4 },
]

const derive = promisify(argon2)

/**
 * Two at once take two of the four threads that also read files, and with the dearest cost 128 MB. The 64 that may wait
 * would wait eight seconds.
 */
const queue = new TurnQueue({ atOnce: 2, mostWaiting: 64, mostWaitingOfOne: 24, busy: (seconds) => new ServerBusy(seconds) })

/** How costs are given to names that have no hash; another one each time the server is set up. */
export type DecoySalt = string

/** Of this machine, whoever asks: the cost of new hashes, and those of the hashes that there are, cheapest first. */
let current: { fresh: PasswordCost; spread: PasswordCost[]; salt: DecoySalt } = { fresh: leastCost, spread: [], salt: '' }
/** Enough to tell how many are of which cost. */
const longestSpread = 10_000

export function freshCost(): PasswordCost {
  return current.fresh
}

/** From now on. `stored` are the costs of the hashes that there are. */
export function setPasswordCost(fresh: PasswordCost, stored: readonly PasswordCost[] = [], salt: DecoySalt = ''): void {
  current = { fresh, spread: [...stored].sort((a, b) => workOf(a) - workOf(b)).slice(-longestSpread), salt }
}

/** A hash of today's cost has come to be, in place of an older one where that is given. */
export function noteFreshHash(replaced: PasswordCost | null = null): void {
  const { fresh, spread, salt } = current
  const index = replaced ? spread.findIndex((cost) => workOf(cost) === workOf(replaced)) : -1
  setPasswordCost(fresh, [...(index < 0 ? spread : spread.toSpliced(index, 1)), fresh], salt)
}

/**
 * What it costs to check the password of a name that has none. As many names cost this or that as there are accounts whose
 * hash does, always the same for one name: from the time that a refusal takes nobody learns whether there is the account,
 * also while some hashes are still those of another cost.
 */
export function decoyCost(name: string): PasswordCost {
  const { fresh, salt, spread } = current
  const share = createHmac('sha256', salt).update(name).digest().readUInt32BE(0) / 2 ** 32
  return spread[Math.floor(share * spread.length)] ?? fresh
}

/** In KiB gone through: time grows with it. */
export function workOf({ memory, passes }: PasswordCost): number {
  return memory * passes
}

export interface Derivation {
  readonly message: string
  readonly nonce: Buffer
  readonly cost: PasswordCost
  readonly tagLength: number
}

/** Takes its turn among all others; `from` is where it comes from. Errors: SERVER_BUSY. */
export function inTurn<T>(from: string, work: () => Promise<T>): Promise<T> {
  return queue.run(from, work)
}

/** Runs off the event loop. Belongs into a turn. */
export function deriveTag({ message, nonce, cost, tagLength }: Derivation): Promise<Buffer> {
  return derive('argon2id', { message, nonce, memory: cost.memory, passes: cost.passes, parallelism: 1, tagLength })
}

/** The dearest step that stays below `milliseconds` here, never less than the least. Measures for some seconds at most. */
export async function measureCost(milliseconds: number, mostMemory: number): Promise<PasswordCost> {
  const within = steps.filter(({ memory }) => memory <= Math.max(mostMemory, leastCost.memory))
  const perWork = (await timeOf(leastCost)) / workOf(leastCost)
  let index = within.findLastIndex((step) => workOf(step) * perWork <= milliseconds)
  while (index > 0 && (await timeOf(within[index] as PasswordCost)) > milliseconds) index -= 1
  return within[Math.max(index, 0)] as PasswordCost
}

/** The best of five: what else the machine does only makes it longer. */
async function timeOf(cost: PasswordCost): Promise<number> {
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) {
    times.push(
      await inTurn('measuring', async () => {
        const started = performance.now()
        await deriveTag({ message: 'measuring', nonce: randomBytes(16), cost, tagLength: 32 })
        return performance.now() - started
      }),
    )
  }
  return Math.min(...times)
}
