// The records of a ZIP file as PKWARE's APPNOTE.TXT 6.3.10 describes them; section numbers are its own. Everything is little-endian.

/** What does not fit into 32 (or 16) bits is told by ZIP64 fields beside it, and this stands in its place (4.4.1.4). */
const in32 = 0xffff_ffff
const in16 = 0xffff

/** What is known of an entry once it has been written. */
export interface ZipEntry {
  /** With `/` between its parts, and at the end of a folder's. UTF-8. */
  readonly name: Buffer
  readonly isFolder: boolean
  readonly modifiedAt: Date
  readonly deflated: boolean
  /** False when sizes and checksum follow the bytes instead of standing before them. */
  readonly isKnownAhead: boolean
  readonly isLarge: boolean
  readonly crc: number
  readonly size: number
  readonly packedSize: number
  /** Of its local header, from the begin of the archive. */
  readonly offset: number
}

const utf8Names = 1 << 11
const sizesFollow = 1 << 3
const deflate = 8
/** 2.0: folders and deflate; 4.5: ZIP64 (4.4.3.2). */
const versionOf = (isLarge: boolean) => (isLarge ? 45 : 20)
/** Made on Unix by the version that knows ZIP64: the high half of the external attributes is a mode (4.4.2). */
const madeBy = (3 << 8) | 45

/** Stands before the bytes of an entry (4.3.7). */
export function localHeader(entry: ZipEntry): Buffer {
  const known = entry.isKnownAhead
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x0403_4b50, 0)
  head.writeUInt16LE(versionOf(entry.isLarge), 4)
  writeCommon(head, 6, entry)
  head.writeUInt32LE(known ? entry.crc : 0, 14)
  // A large one says here that its sizes have 64 bits, also those that follow.
  head.writeUInt32LE(entry.isLarge ? in32 : known ? entry.packedSize : 0, 18)
  head.writeUInt32LE(entry.isLarge ? in32 : known ? entry.size : 0, 22)
  const sizes = known ? [entry.size, entry.packedSize] : [0, 0]
  const extra = Buffer.concat([entry.isLarge ? largeField(sizes) : Buffer.alloc(0), timeField(entry.modifiedAt)])
  head.writeUInt16LE(entry.name.length, 26)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, entry.name, extra])
}

/** Stands behind the bytes of an entry whose sizes were not known ahead (4.3.9). */
export function dataDescriptor({ crc, isLarge, packedSize, size }: ZipEntry): Buffer {
  const record = Buffer.alloc(isLarge ? 24 : 16)
  record.writeUInt32LE(0x0807_4b50, 0)
  record.writeUInt32LE(crc, 4)
  if (isLarge) {
    record.writeBigUInt64LE(BigInt(packedSize), 8)
    record.writeBigUInt64LE(BigInt(size), 16)
  } else {
    record.writeUInt32LE(packedSize, 8)
    record.writeUInt32LE(size, 12)
  }
  return record
}

/** The entry in the directory at the end of the archive (4.3.12). */
export function directoryHeader(entry: ZipEntry): Buffer {
  const large = [entry.size, entry.packedSize, entry.offset].filter((value) => value >= in32)
  const extra = Buffer.concat([large.length > 0 ? largeField(large) : Buffer.alloc(0), timeField(entry.modifiedAt)])
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x0201_4b50, 0)
  head.writeUInt16LE(madeBy, 4)
  head.writeUInt16LE(versionOf(entry.isLarge || large.length > 0), 6)
  writeCommon(head, 8, entry)
  head.writeUInt32LE(entry.crc, 16)
  head.writeUInt32LE(Math.min(entry.packedSize, in32), 20)
  head.writeUInt32LE(Math.min(entry.size, in32), 24)
  head.writeUInt16LE(entry.name.length, 28)
  head.writeUInt16LE(extra.length, 30)
  // S_IFDIR 0755 with the directory bit of DOS, or S_IFREG 0644.
  head.writeUInt32LE(entry.isFolder ? 0o40755 * 0x1_0000 + 0x10 : 0o100644 * 0x1_0000, 38)
  head.writeUInt32LE(Math.min(entry.offset, in32), 42)
  return Buffer.concat([head, entry.name, extra])
}

/** What closes the archive: where its directory is, twice where 32 bits do not tell it (4.3.14 to 4.3.16). */
export function endRecords({ count, offset, size }: { count: number; offset: number; size: number }): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x0605_4b50, 0)
  end.writeUInt16LE(Math.min(count, in16), 8)
  end.writeUInt16LE(Math.min(count, in16), 10)
  end.writeUInt32LE(Math.min(size, in32), 12)
  end.writeUInt32LE(Math.min(offset, in32), 16)
  if (count < in16 && size < in32 && offset < in32) return end
  const large = Buffer.alloc(56)
  large.writeUInt32LE(0x0606_4b50, 0)
  large.writeBigUInt64LE(44n, 4)
  large.writeUInt16LE(madeBy, 12)
  large.writeUInt16LE(45, 14)
  large.writeBigUInt64LE(BigInt(count), 24)
  large.writeBigUInt64LE(BigInt(count), 32)
  large.writeBigUInt64LE(BigInt(size), 40)
  large.writeBigUInt64LE(BigInt(offset), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x0706_4b50, 0)
  locator.writeBigUInt64LE(BigInt(offset + size), 8)
  locator.writeUInt32LE(1, 16)
  return Buffer.concat([large, locator, end])
}

/** Flags, method, time and date stand in the same order in both headers. */
function writeCommon(head: Buffer, at: number, { deflated, isKnownAhead, modifiedAt }: ZipEntry): void {
  head.writeUInt16LE(utf8Names | (isKnownAhead ? 0 : sizesFollow), at)
  head.writeUInt16LE(deflated ? deflate : 0, at + 2)
  const { date, time } = dosTime(modifiedAt)
  head.writeUInt16LE(time, at + 4)
  head.writeUInt16LE(date, at + 6)
}

function largeField(values: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * values.length)
  field.writeUInt16LE(0x0001, 0)
  field.writeUInt16LE(8 * values.length, 2)
  for (const [index, value] of values.entries()) field.writeBigUInt64LE(BigInt(value), 4 + 8 * index)
  return field
}

/** Info-ZIP's "UT": seconds since 1970 in UTC, where the time of DOS has no zone and counts by twos. Signed: it reaches from 1901 to 2038. */
function timeField(modifiedAt: Date): Buffer {
  const seconds = Math.floor(modifiedAt.getTime() / 1_000)
  if (seconds !== (seconds | 0)) return Buffer.alloc(0)
  const field = Buffer.alloc(9)
  field.writeUInt16LE(0x5455, 0)
  field.writeUInt16LE(5, 2)
  field.writeUInt8(1, 4)
  field.writeInt32LE(seconds, 5)
  return field
}

/** As the clock on the wall of the server says (4.4.6); 1980 to 2107. */
function dosTime(modifiedAt: Date): { date: number; time: number } {
  const year = modifiedAt.getFullYear()
  if (year < 1980) return { date: (1 << 5) | 1, time: 0 }
  if (year > 2107) return { date: (127 << 9) | (12 << 5) | 31, time: (23 << 11) | (59 << 5) | 29 }
  return {
    date: ((year - 1980) << 9) | ((modifiedAt.getMonth() + 1) << 5) | modifiedAt.getDate(),
    time: (modifiedAt.getHours() << 11) | (modifiedAt.getMinutes() << 5) | (modifiedAt.getSeconds() >> 1),
  }
}
