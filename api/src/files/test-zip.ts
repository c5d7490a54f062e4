import { execFileSync } from 'node:child_process'

/** An entry as another program reads it. */
export interface ReadEntry {
  readonly name: string
  /** 0 stored, 8 deflated. */
  readonly method: number
  readonly size: number
  readonly packed: number
  readonly offset: number
  /** Of its time in UTC, since 1970; null where it has none. */
  readonly seconds: number | null
  readonly sha256: string
}

const script = `
import hashlib, json, struct, sys, zipfile
def seconds(extra):
    while len(extra) >= 4:
        kind, size = struct.unpack('<HH', extra[:4])
        if kind == 0x5455: return struct.unpack('<i', extra[5:9])[0]
        extra = extra[4 + size:]
archive = zipfile.ZipFile(sys.argv[1])
most = int(sys.argv[2])
print(json.dumps([{
  'name': e.filename, 'method': e.compress_type, 'size': e.file_size, 'packed': e.compress_size, 'offset': e.header_offset, 'seconds': seconds(e.extra),
  'sha256': hashlib.sha256(archive.read(e)).hexdigest() if e.file_size <= most else '',
} for e in archive.infolist()]))
`

/** What Python's zipfile finds in an archive; it checks each checksum of entries up to \`most\` bytes. Throws for what it cannot read. */
export function listZip(file: string, most = 64 * 1024 * 1024): ReadEntry[] {
  return JSON.parse(execFileSync('python3', ['-c', script, file, String(most)], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 }))
}

/** Lets Info-ZIP test the archive, and throws what it finds. */
export function testZip(file: string): void {
  execFileSync('unzip', ['-tqq', file], { stdio: ['ignore', 'ignore', 'pipe'] })
}
