const gigabyte = 1_000_000_000

/** As it stands in a field: empty for no limit. */
export function toGigabytes(bytes: number | null): string {
  return bytes === null ? '' : (bytes / gigabyte).toFixed(9).replace(/\.?0+$/, '')
}

/** Bytes; null for no limit, undefined for what is no such number. A comma counts as a point. */
export function fromGigabytes(text: string): number | null | undefined {
  const trimmed = text.trim().replace(',', '.')
  if (trimmed === '') return null
  if (!/^\d{1,7}(\.\d{1,9})?$/.test(trimmed)) return undefined
  return Math.round(Number(trimmed) * gigabyte)
}
