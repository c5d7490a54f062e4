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

/** Which runs are looked for. */
interface Range {
  /** Those that start at this moment or later: from now on, if it is not said. */
  readonly from?: Date
  /** Those that start before this one. */
  readonly until?: Date | null
  readonly next?: Coming | null
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

  /**
   * Runs that start from a moment on, soonest first and `most` at most, as they would come if the server stays on. Those that wait together
   * are one, with the last of their due times. `next` is what comes next as the row has it: it may be due already and wait.
   */
  upcoming(now: Date, most: number, { from = now, until = null, next = null }: Range = {}): Coming[] {
    const found: Coming[] = []
    let first = next ?? this.#coming(this.#times.after(now > this.#rules.anchorAt ? now : this.#rules.anchorAt))
    // What is due long before starts before: a look far ahead does not go through all of it.
    const near = new Date(from.getTime() - this.#longestWait)
    if (near > now && near > first.dueAt) first = this.#coming(this.#times.after(near))
    while (found.length < most) {
      const startAt = this.#startOf(first, now)
      if (until && startAt >= until) break
      const dueAt = this.#lastFor(first.dueAt, startAt)
      if (startAt >= from) found.push({ dueAt, startAt })
      first = this.#coming(this.#times.after(dueAt))
    }
    return found
  }

  decide(now: Date): Decision {
    const { anchorAt, window } = this.#rules
    const first = this.first()
    if (first.startAt > now) return { kind: 'wait', next: first }
    if (window && !isOpen(window, now, this.#zone)) return { kind: 'wait', next: { dueAt: first.dueAt, startAt: this.#whenOpen(now) } }
    const dueAt = this.#lastFor(first.dueAt, now)
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

  /** Those that are due until then and start by then become one run: that of the last. */
  #lastFor(firstDueAt: Date, now: Date): Date {
    let dueAt = this.#times.atOrBefore(now)
    while (dueAt > firstDueAt && this.#coming(dueAt).startAt > now) dueAt = this.#times.atOrBefore(new Date(dueAt.getTime() - 1))
    return dueAt > firstDueAt ? dueAt : firstDueAt
  }

  /** What should have started already does so now, or when its window opens again. */
  #startOf({ startAt }: Coming, now: Date): Date {
    if (startAt >= now) return startAt
    const { window } = this.#rules
    return window && !isOpen(window, now, this.#zone) ? this.#whenOpen(now) : now
  }

  /** No run starts later after its due time, in milliseconds; but for a window that a change of the clocks swallows. */
  get #longestWait(): number {
    const { jitterSeconds, window } = this.#rules
    return 2_000 * jitterSeconds + (window ? 26 * 3_600_000 : 0)
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
