import { promisify } from 'node:util'
import { crc32, createDeflateRaw, deflateRaw, inflateRaw } from 'node:zlib'
import { dataDescriptor, directoryHeader, endRecords, localHeader, type ZipEntry } from './zip-records.ts'

const pack = promisify(deflateRaw)
const unpack = promisify(inflateRaw)

/** What is not larger is packed in one piece, and its sizes stand before its bytes. */
export const wholeBytes = 1024 * 1024
/** Packed sizes may be a little larger than what is packed: ZIP64 begins well before 4 GiB. */
const largeBytes = 0xf000_0000
/** Headers of the directory that are kept as they are; when there are so many bytes of them they are packed. */
const directoryBytes = 256 * 1024

/** A file to be written; `chunks` are only read until the next is asked for. */
export interface ZipFile {
  readonly name: string
  readonly modifiedAt: Date
  /** Bytes, when all goes well: another count is an error of `chunks`. */
  readonly size: number
  readonly deflate: boolean
  readonly chunks: AsyncIterable<Buffer>
}

/**
 * Makes a ZIP archive piece by piece: each method gives the bytes that come next, and they must be taken before the next is called.
 * Nothing but the directory at the archive's end is kept in memory, packed: about 25 bytes for an entry.
 */
export class ZipWriter {
  #offset = 0
  #count = 0
  /** Full blocks of directory headers, packed; then the one that is being filled. */
  readonly #blocks: Buffer[] = []
  #block: Buffer[] = []
  #blockBytes = 0
  #directoryBytes = 0

  async *folder(name: string, modifiedAt: Date): AsyncGenerator<Buffer> {
    const entry = { ...blank(`${name}/`, modifiedAt, this.#offset), isFolder: true, isKnownAhead: true }
    yield this.#counted(localHeader(entry))
    await this.#remember(entry)
  }

  async *file(file: ZipFile): AsyncGenerator<Buffer> {
    if (file.size <= wholeBytes) yield* this.#whole(file)
    else yield* this.#streamed(file)
  }

  /** The directory. Nothing comes after it. */
  async *end(): AsyncGenerator<Buffer> {
    const [offset, size, count] = [this.#offset, this.#directoryBytes, this.#count]
    for (const block of this.#blocks) yield await unpack(block)
    if (this.#block.length > 0) yield Buffer.concat(this.#block)
    yield endRecords({ count, offset, size })
  }

  async *#whole({ chunks, deflate, modifiedAt, name }: ZipFile): AsyncGenerator<Buffer> {
    const parts: Buffer[] = []
    for await (const chunk of chunks) parts.push(Buffer.from(chunk))
    const content = Buffer.concat(parts)
    const packed = deflate && content.length > 0 ? await pack(content) : content
    const deflated = packed.length < content.length
    const bytes = deflated ? packed : content
    const crc = crc32(content)
    const found = { crc, size: content.length, packedSize: bytes.length, deflated, isKnownAhead: true }
    const entry = { ...blank(name, modifiedAt, this.#offset), ...found }
    yield this.#counted(localHeader(entry))
    if (bytes.length > 0) yield this.#counted(bytes)
    await this.#remember(entry)
  }

  async *#streamed({ chunks, deflate, modifiedAt, name, size }: ZipFile): AsyncGenerator<Buffer> {
    const begun = { ...blank(name, modifiedAt, this.#offset), deflated: deflate, isLarge: size >= largeBytes }
    yield this.#counted(localHeader(begun))
    const content = { crc: 0, size: 0 }
    const counted = observed(chunks, content)
    let packedSize = 0
    for await (const bytes of deflate ? packedStream(counted) : counted) {
      packedSize += bytes.length
      yield this.#counted(bytes)
    }
    const entry = { ...begun, ...content, packedSize }
    yield this.#counted(dataDescriptor(entry))
    await this.#remember(entry)
  }

  #counted(bytes: Buffer): Buffer {
    this.#offset += bytes.length
    return bytes
  }

  async #remember(entry: ZipEntry): Promise<void> {
    const header = directoryHeader(entry)
    this.#count += 1
    this.#directoryBytes += header.length
    this.#blockBytes += header.length
    this.#block.push(header)
    if (this.#blockBytes < directoryBytes) return
    const block = Buffer.concat(this.#block)
    this.#block = []
    this.#blockBytes = 0
    this.#blocks.push(await pack(block))
  }
}

function blank(name: string, modifiedAt: Date, offset: number): ZipEntry {
  const nothing = { isFolder: false, deflated: false, isKnownAhead: false, isLarge: false, crc: 0, size: 0, packedSize: 0 }
  return { name: Buffer.from(name), modifiedAt, offset, ...nothing }
}

async function* observed(chunks: AsyncIterable<Buffer>, content: { crc: number; size: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    content.crc = crc32(chunk, content.crc)
    content.size += chunk.length
    yield chunk
  }
}

/** Only as much is packed as is taken; an error of `chunks` is thrown here. */
async function* packedStream(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const deflate = createDeflateRaw({ chunkSize: 128 * 1024 })
  // A stream that is destroyed forgets the callback of the write that was under way.
  const closed = new Promise<never>((_resolve, reject) => deflate.once('close', () => reject(new Error('nobody takes any more'))))
  closed.catch(() => {})
  const feed = async () => {
    for await (const chunk of chunks) {
      const written = new Promise<void>((resolve, reject) => deflate.write(chunk, (error) => (error ? reject(error) : resolve())))
      written.catch(() => {})
      await Promise.race([written, closed])
    }
    deflate.end()
  }
  const feeding = feed().catch((error: Error) => void deflate.destroy(error))
  try {
    for await (const bytes of deflate) yield bytes as Buffer
  } finally {
    deflate.destroy()
    await feeding
  }
}
