export type RefillUnit = 'second' | 'minute'

/** Rates that people think of by the minute are shown so; the unit of a limit does not change while it is adjusted. */
export function unitOf(preset: { refillPerSecond: number }): RefillUnit {
  return preset.refillPerSecond >= 1 ? 'second' : 'minute'
}

const secondsIn = { second: 1, minute: 60 } as const

export function shownRefill(refillPerSecond: number, unit: RefillUnit): number {
  return Math.round(refillPerSecond * secondsIn[unit] * 100) / 100
}

export function storedRefill(shown: number, unit: RefillUnit): number {
  return shown / secondsIn[unit]
}

/** What was typed, with a comma or a point; NaN when it is no number. */
export function parseNumber(text: string): number {
  const plain = text.trim().replace(',', '.')
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN
}
