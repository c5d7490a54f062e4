/** A part of a representation: `start` to `end`, both included. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** More than any client needs at once. Who asks for more wants to make work, and gets the whole file (RFC 9110, 14.2 and 17.15). */
const mostRanges = 16
/** Two parts that lie this close are sent as one: the lines between them would be longer than what they save. */
const closeTogether = 128

/**
 * The ranges that a Range header asks for (RFC 9110, 14.2), in its order, those that overlap or nearly touch joined into one.
 * `null`: send the whole, which is allowed for anything a server does not understand or finds too much; 'unsatisfiable': answer 416.
 */
export function parseRanges(header: string | undefined, size: number): readonly ByteRange[] | 'unsatisfiable' | null {
  const list = /^bytes=(.*)$/i.exec(header ?? '')?.[1]
  if (list === undefined) return null
  // Empty members of a list count for nothing (RFC 9110, 5.6.1).
  const texts = list.split(',', 256).flatMap((text) => text.trim() || [])
  if (texts.length === 0 || texts.length > mostRanges) return null
  const ranges: ByteRange[] = []
  for (const text of texts) {
    const range = parseOne(text, size)
    if (range === null) return null
    if (range !== 'unsatisfiable') ranges.push(range)
  }
  return ranges.length === 0 ? 'unsatisfiable' : joined(ranges)
}

function parseOne(text: string, size: number): ByteRange | 'unsatisfiable' | null {
  const match = /^(?:(\d{1,16})-(\d{0,16})|-(\d{1,16}))$/.exec(text)
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

/** Joined ones stand where the first of them stood: a client may have put first what it needs first. */
function joined(ranges: readonly ByteRange[]): ByteRange[] {
  let result: ByteRange[] = []
  for (let range of ranges) {
    const isNear = (other: ByteRange) => other.start <= range.end + closeTogether && range.start <= other.end + closeTogether
    let place: number | null = null
    // What was joined may now touch one that it did not touch before: the list is short, so it is simply gone through again.
    for (let changed = true; changed; ) {
      changed = false
      for (const [index, other] of result.entries()) {
        if (!isNear(other)) continue
        range = { start: Math.min(range.start, other.start), end: Math.max(range.end, other.end) }
        result = result.toSpliced(index, 1)
        place = place === null ? index : Math.min(place, index)
        changed = true
        break
      }
    }
    result = place === null ? [...result, range] : result.toSpliced(place, 0, range)
  }
  return result
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
