const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

export interface Scaled {
  value: number
  unit: (typeof UNITS)[number]
  digits: number
}

/** Decimal units, as disks are sold: three significant figures, whole bytes. */
export function scaleBytes(bytes: number): Scaled {
  let value = Math.abs(bytes)
  let step = 0
  // 999.5 would be written as 1000: carry it over before, not after rounding.
  while (value >= 999.5 && step < UNITS.length - 1) {
    value /= 1000
    step += 1
  }
  const digits = step === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return { value: Math.sign(bytes) * value, unit: UNITS[step] ?? 'byte', digits: step === 0 ? 0 : Math.min(digits, 1) }
}

/** "1.9 TB", in the reader's numbers. */
export function formatBytes(bytes: number, locale: string, keepZeros = true): string {
  const { value, unit, digits } = scaleBytes(bytes)
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    // A figure that lives keeps its width; a label of an axis does not need the zeros.
    minimumFractionDigits: keepZeros ? digits : 0,
    maximumFractionDigits: digits,
  })
    .format(value)
    .replace(/\s?(bytes?|Bytes?)$/, '\u00a0B')
}

/** "1.9 MB/s". */
export function formatRate(bytesPerSecond: number, locale: string, keepZeros = true): string {
  return `${formatBytes(Math.max(0, bytesPerSecond), locale, keepZeros)}/s`
}
