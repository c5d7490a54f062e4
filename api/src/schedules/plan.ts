import { createHash } from 'node:crypto'
import { dueTimes } from './due-times.ts'
import type { DueTimes, Rules } from './model.ts'
import { closingAfter, isOpen, openingAt } from './start-window.ts'
import { zoneOf } from './zone-time.ts'

/** A start so late is still one in time, in milliseconds: the server was just starting. */
export const graceMs = 5 * 60_000

/** A due time, and when its run starts. */
export interface Coming {
  readonly dueAt: Date
  readonly startAt: Date
}

/** What to do now. */
export type Decision =
  | { readonly kind: 'wait'; readonly next: Coming }
  | {
      readonly kind: 'due'
      /** The one that runs, for itself and for those before it. */
      readonly last: Coming
      /** True when it should have started a while ago. */
      readonly late: boolean
      /** Those before it that never had their turn. */
      readonly passed: { readonly count: number; readonly from: Date; readonly until: Date; readonly waited: boolean } | null
    }

export interface PlanOf extends Rules {
  readonly name: string
  readonly anchorAt: Date
}

/** The times of one schedule. */
export class Plan {
  readonly #rules: PlanOf
  readonly #zone: string
  readonly #times: DueTimes

  /** Throws CRON_INVALID, CRON_NEVER_DUE, TIME_ZONE_UNKNOWN. */
  constructor(rules: PlanOf) {
    this.#rules = rules
    this.#zone = zoneOf(rules.timeZone)
    this.#times = dueTimes(rules, rules.anchorAt)
  }

  get zone(): string {
    return this.#zone
  }

  /** The first one after the anchor. */
  first(): Coming {
    return this.#coming(this.#times.after(this.#rules.anchorAt))
  }

  /** The last due time that is not after this moment. */
  dueAtOrBefore(time: Date): Date {
    return this.#times.atOrBefore(time)
  }

  /** How many were due after the one and until the other moment. */
  count(after: Date, until: Date): number {
    return this.#times.count(after, until)
  }

  /** Due times after a moment, `most` at most, as they would come if the server stays on. */
  upcoming(after: Date, most: number, until: Date | null = null): Coming[] {
    const found: Coming[] = []
    const from = after > this.#rules.anchorAt ? after : this.#rules.anchorAt
    for (let due = this.#times.after(from); found.length < most && !(until && due > until); due = this.#times.after(due)) {
      found.push(this.#coming(due))
    }
    return found
  }

  decide(now: Date): Decision {
    const { anchorAt, window } = this.#rules
    const first = this.first()
    if (first.startAt > now) return { kind: 'wait', next: first }
    if (window && !isOpen(window, now, this.#zone)) return { kind: 'wait', next: { dueAt: first.dueAt, startAt: this.#whenOpen(now) } }
    let dueAt = this.#times.atOrBefore(now)
    while (dueAt > first.dueAt && this.#coming(dueAt).startAt > now) dueAt = this.#times.atOrBefore(new Date(dueAt.getTime() - 1))
    const last = this.#coming(dueAt)
    const count = this.#times.count(anchorAt, dueAt) - 1
    const until = count > 0 ? this.#times.atOrBefore(new Date(dueAt.getTime() - 1)) : first.dueAt
    return {
      kind: 'due',
      last,
      late: now.getTime() - last.startAt.getTime() > graceMs,
      passed:
        count > 0
          ? { count, from: first.dueAt, until, waited: now.getTime() - first.startAt.getTime() <= graceMs && window !== null }
          : null,
    }
  }

  /** What was missed outside of the window waits for its opening; where another one is due before it closes again, that one runs for both. */
  #whenOpen(now: Date): Date {
    const { window } = this.#rules
    const opening = openingAt(window, now, this.#zone)
    const { startAt } = this.#coming(this.#times.after(now))
    return window && startAt < closingAfter(window, opening, this.#zone) ? startAt : opening
  }

  #coming(dueAt: Date): Coming {
    const { name, jitterSeconds, window } = this.#rules
    const shaken = new Date(dueAt.getTime() + jitterOf(name, dueAt, jitterSeconds) * 1_000)
    return { dueAt, startAt: openingAt(window, shaken, this.#zone) }
  }
}

/** 0 to `most` seconds: looks like chance, and is the same in every process and after every restart. */
export function jitterOf(name: string, dueAt: Date, most: number): number {
  if (most === 0) return 0
  return createHash('sha256').update(`${name}\n${dueAt.toISOString()}`).digest().readUIntBE(0, 6) % (most + 1)
}
