const minute = 60_000
const minutes = 60

/** How often something happened within the last hour, by the minute. */
export class Tally {
  readonly #now: () => number
  readonly #counts = new Map<string, { minute: number; count: number }[]>()

  constructor(now: () => number) {
    this.#now = now
  }

  add(name: string): void {
    const present = Math.floor(this.#now() / minute)
    const counts = this.#recent(name, present)
    const last = counts.at(-1)
    if (last?.minute === present) last.count += 1
    else counts.push({ minute: present, count: 1 })
    this.#counts.set(name, counts)
  }

  lastHour(name: string): number {
    return this.#recent(name, Math.floor(this.#now() / minute)).reduce((sum, { count }) => sum + count, 0)
  }

  #recent(name: string, present: number) {
    return (this.#counts.get(name) ?? []).filter((each) => each.minute > present - minutes)
  }
}
