const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const steps = [5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY]

/** Round times by the reader's clock, `most` at most: counted from midnight, so that they stay where they are when clocks change. */
export function timeTicks({ from, to }: { from: number; to: number }, most: number): number[] {
  const step = steps.find((each) => (to - from) / each <= most) ?? 28 * DAY
  const midnight = new Date(from)
  midnight.setHours(0, 0, 0, 0)
  const ticks: number[] = []
  for (let day = 0; ; day += Math.max(1, step / DAY)) {
    const begin = new Date(midnight)
    begin.setDate(begin.getDate() + day)
    if (begin.getTime() > to) return ticks
    for (let minutes = 0; minutes < 24 * 60; minutes += step / MINUTE) {
      const at = new Date(begin)
      at.setMinutes(minutes)
      if (at.getTime() >= from && at.getTime() <= to) ticks.push(at.getTime())
    }
  }
}
