/** Whom a limit counts: everybody at an address, an account wherever it is, or each of them for itself. */
export type CountedBy = 'address' | 'account' | 'both'

/** A token bucket: `capacity` at once, then as many a second as flow back. */
export interface Rate {
  readonly capacity: number
  /** 0 where nothing flows back: what is counted is how many there are at one time. */
  readonly refillPerSecond: number
}

export interface LimitDefinition {
  /** A rate of attempts, or a number of things that exist at the same time. */
  readonly kind: 'rate' | 'atOnce'
  readonly by: CountedBy
  readonly preset: Rate
  /** An administrator cannot go below or above: below, the pages that would undo it could not be opened any more. */
  readonly least: Rate
  readonly most: Rate
}

const perMinute = (count: number) => count / 60

function rate(by: CountedBy, preset: readonly [number, number], least: readonly [number, number], most: readonly [number, number]) {
  return { kind: 'rate', by, preset: asRate(preset), least: asRate(least), most: asRate(most) } as const satisfies LimitDefinition
}

function atOnce(by: CountedBy, preset: number, least: number, most: number) {
  return {
    kind: 'atOnce',
    by,
    preset: asRate([preset, 0]),
    least: asRate([least, 0]),
    most: asRate([most, 0]),
  } as const satisfies LimitDefinition
}

function asRate([capacity, refillPerSecond]: readonly [number, number]): Rate {
  return { capacity, refillPerSecond }
}

/** What a guesser wants to try often and a person tries now and then. Each account is guarded by itself on top of it. */
const guess = (by: CountedBy) => rate(by, [30, perMinute(10)], [3, perMinute(1)], [1_000, 10])

/**
 * Every limit of this server: capacity and refill per second as they are at first, and how far an administrator may move
 * them. A root field counts under the limit it names, else under its kind's; each time it is executed, however often a document
 * asks for it.
 */
export const limits = {
  /** Wrong names and passwords from one address; right ones are given back. What guards an account stands in sign-in-guard.ts. */
  signIn: rate('address', [30, perMinute(10)], [5, perMinute(1)], [10_000, 100]),
  verifyTwoFactor: guess('both'),
  confirmIdentity: guess('both'),
  changePassword: guess('both'),
  enrolFactor: rate('account', [30, perMinute(10)], [5, perMinute(1)], [1_000, 10]),
  acceptInvitation: guess('address'),
  /** The token cannot be guessed; a hash of a password is made each time. */
  completeSetup: rate('address', [60, perMinute(30)], [5, perMinute(1)], [1_000, 10]),
  apiKeyFailures: rate('address', [30, perMinute(10)], [5, perMinute(1)], [10_000, 100]),
  /** Accounts, groups, invitations, keys: what hashes a password or makes a secret. An import makes many at once. */
  createAccount: rate('account', [1_000, 5], [5, perMinute(5)], [10_000, 100]),
  createFolder: rate('account', [5_000, 100], [50, 1], [100_000, 10_000]),
  createUpload: rate('account', [20_000, 200], [100, 5], [1_000_000, 100_000]),
  download: rate('both', [20_000, 500], [200, 10], [1_000_000, 100_000]),
  /** Each may read a whole storage and pack it. */
  archive: rate('account', [60, perMinute(30)], [2, perMinute(1)], [10_000, 100]),
  /** Each takes up to 5 MB of memory while it waits to be decoded. */
  changeAvatar: rate('account', [30, perMinute(20)], [5, perMinute(1)], [1_000, 10]),
  exportAudit: rate('account', [10, perMinute(2)], [1, perMinute(0.2)], [1_000, 10]),
  mutation: rate('both', [10_000, 200], [100, 5], [100_000, 10_000]),
  query: rate('account', [20_000, 1_000], [500, 50], [1_000_000, 100_000]),
  /** Queries and mutations of those who have not signed in. */
  stranger: rate('address', [1_000, 50], [100, 5], [100_000, 10_000]),
  subscription: rate('both', [5_000, 100], [100, 5], [1_000_000, 100_000]),
  openLive: rate('address', [2_000, 50], [50, 2], [1_000_000, 100_000]),
  liveConnections: atOnce('both', 1_000, 20, 100_000),
} as const satisfies Record<string, LimitDefinition>

export type LimitName = keyof typeof limits

export const limitNames = Object.keys(limits) as LimitName[]

export function isLimitName(name: string): name is LimitName {
  return Object.hasOwn(limits, name)
}
