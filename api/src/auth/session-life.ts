/** How long sessions live, in hours. */
export interface Lifetime {
  /** After the last use. */
  readonly idleHours: number
  /** However much it is used. */
  readonly absoluteHours: number
}

/** What decides when a session ends. */
export interface SessionLife {
  readonly createdAt: Date
  readonly lastUsedAt: Date
  readonly expiresAt: Date
  readonly absoluteExpiresAt?: Date
}

export function endOfIdleness(lastUsedAt: Date, { idleHours }: Lifetime): Date {
  return new Date(lastUsedAt.getTime() + idleHours * 3_600_000)
}

export function endOfWholeLife(createdAt: Date, { absoluteHours }: Lifetime): Date {
  return new Date(createdAt.getTime() + absoluteHours * 3_600_000)
}

/** When a session ends: what was promised when it began, or sooner where the lifetime was made shorter since. */
export function endOf(session: SessionLife, lifetime: Lifetime): Date {
  const ends = [
    session.expiresAt,
    session.absoluteExpiresAt ?? session.expiresAt,
    endOfIdleness(session.lastUsedAt, lifetime),
    endOfWholeLife(session.createdAt, lifetime),
  ]
  return new Date(Math.min(...ends.map((end) => end.getTime())))
}
