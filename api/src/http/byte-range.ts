/** A part of a representation: `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * The one range that a Range header asks for (RFC 9110, 14.2). `null`: send the whole, which is allowed for anything a
 * server does not understand and for several ranges; 'unsatisfiable': answer 416.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | null {
  const match = header === undefined ? null : /^bytes=\s*(?:(\d{1,16})-(\d{0,16})|-(\d{1,16}))\s*$/i.exec(header)
  if (!match) return null
  const [, first, last, suffix] = match
  if (suffix !== undefined) {
    const length = Math.min(Number(suffix), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 }
  }
  const start = Number(first)
  const end = last ? Number(last) : size - 1
  if (last && end < start) return null
  return start >= size ? 'unsatisfiable' : { start, end: Math.min(end, size - 1) }
}

export interface Validators {
  /** Strong, with its quotes. */
  readonly etag: string
  readonly lastModified: Date
}

export interface Conditions {
  readonly 'if-match'?: string | undefined
  readonly 'if-none-match'?: string | undefined
  readonly 'if-modified-since'?: string | undefined
  readonly 'if-unmodified-since'?: string | undefined
  readonly 'if-range'?: string | undefined
}

/** What the conditions of a GET or HEAD decide, in the order of RFC 9110, 13.2.2: go on, 304 or 412. */
export function evaluateConditions(conditions: Conditions, { etag, lastModified }: Validators): 200 | 304 | 412 {
  const modified = Math.floor(lastModified.getTime() / 1_000)
  const seconds = (date: string) => Math.floor(Date.parse(date) / 1_000)
  const match = conditions['if-match']
  if (match !== undefined) {
    if (!listsTag(match, etag, true)) return 412
  } else if (conditions['if-unmodified-since'] !== undefined && modified > seconds(conditions['if-unmodified-since'])) return 412
  const noneMatch = conditions['if-none-match']
  if (noneMatch !== undefined) return listsTag(noneMatch, etag, false) ? 304 : 200
  if (conditions['if-modified-since'] !== undefined && modified <= seconds(conditions['if-modified-since'])) return 304
  return 200
}

/** If-Range: whether a range may be sent of what is here now. A date must be the very one that was given. */
export function mayResume(ifRange: string | undefined, { etag, lastModified }: Validators): boolean {
  if (ifRange === undefined) return true
  return ifRange.includes('"') ? ifRange === etag : ifRange === lastModified.toUTCString()
}

function listsTag(header: string, etag: string, strong: boolean): boolean {
  if (header.trim() === '*') return true
  return (header.match(/(?:W\/)?"[^"]*"/g) ?? []).some((tag) => tag === etag || (!strong && tag === `W/${etag}`))
}
