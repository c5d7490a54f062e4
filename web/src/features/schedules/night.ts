const HOUR = 3_600_000
const MORNING = 8

/** When the coming night is over: at the first eight o'clock in the morning, by the reader's clock, that is eight hours away or more. */
export function nightEnd(now: number): number {
  const least = now + 8 * HOUR
  const end = new Date(least)
  end.setHours(MORNING, 0, 0, 0)
  if (end.getTime() < least) end.setDate(end.getDate() + 1)
  return end.getTime()
}
