import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'

/** Small enough to stay in a core's cache between the read and the write: larger ones are slower. */
const largeBuffer = 512 * 1024
const smallBuffer = 256 * 1024
/** Beyond this many downloads at once each gets smaller buffers: memory stays bounded, one alone stays fast. */
const manyDownloads = 16
/** A client that takes nothing for so long is gone. */
const stallMilliseconds = 120_000

let underWay = 0

/** What is sent of a file: bytes of it, or bytes between them that are not in it. */
export type Piece = Buffer | { readonly start: number; readonly length: number }

/**
 * Sends the pieces one after the other: two buffers in turns, one is read into while the other is on its way. A buffer is
 * written to again only after the callback of its write. Ends the response, or destroys it when the file is shorter than
 * was announced or the client is gone; never throws. True when everything was handed over.
 */
export async function sendFile(handle: FileHandle, response: ServerResponse, pieces: readonly Piece[]): Promise<boolean> {
  underWay += 1
  try {
    const gone = whenGone(response)
    const longest = Math.max(...pieces.map((piece) => piece.length))
    const size = Math.min(longest, underWay > manyDownloads ? smallBuffer : largeBuffer)
    const lanes = [createLane(size), createLane(size)]
    let turn = 0
    for (const piece of pieces) {
      if (Buffer.isBuffer(piece)) {
        await Promise.race([write(response, piece), gone])
        continue
      }
      const end = piece.start + piece.length
      for (let at = piece.start; at < end; turn++) {
        const lane = lanes[turn % 2] as Lane
        await Promise.race([lane.free, gone])
        const { bytesRead } = await handle.read(lane.buffer, 0, Math.min(lane.buffer.length, end - at), at)
        // Somebody shortened the file: the length that was announced cannot be kept, and must not be made up.
        if (bytesRead === 0) throw new Error('the file became shorter')
        lane.free = write(response, lane.buffer.subarray(0, bytesRead))
        at += bytesRead
      }
    }
    await Promise.race([Promise.all(lanes.map((lane) => lane.free)), gone])
    response.end()
    return true
  } catch {
    response.destroy()
    return false
  } finally {
    underWay -= 1
  }
}

/**
 * Sends what comes out of `chunks`, asking for one while the one before is on its way: whoever makes them needs two buffers. Ends
 * the response; destroys it when they end in an error or the client is gone, so that nobody takes a part for the whole. Throws what they
 * threw.
 */
export async function sendChunks(chunks: AsyncIterable<Buffer>, response: ServerResponse): Promise<void> {
  try {
    const gone = whenGone(response)
    let before: Promise<void> = Promise.resolve()
    for await (const chunk of chunks) {
      await Promise.race([before, gone])
      before = write(response, chunk)
    }
    await Promise.race([before, gone])
    response.end()
  } catch (error) {
    response.destroy()
    throw error
  }
}

/** The client hung up before everything was sent. */
export class ClientGone extends Error {}

function whenGone(response: ServerResponse): Promise<never> {
  const gone = new Promise<never>((_resolve, reject) => {
    const leave = () => reject(new ClientGone('the client hung up'))
    if (response.destroyed) leave()
    else response.once('close', leave)
  })
  gone.catch(() => {})
  return gone
}

interface Lane {
  readonly buffer: Buffer
  free: Promise<void>
}

function createLane(size: number): Lane {
  return { buffer: Buffer.allocUnsafeSlow(size), free: Promise.resolve() }
}

function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  const written = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new ClientGone('the client takes nothing')), stallMilliseconds)
    timer.unref()
    response.write(bytes, (error) => {
      clearTimeout(timer)
      if (error) reject(error)
      else resolve()
    })
  })
  // Awaited a turn later; until then nobody else may find it rejected.
  written.catch(() => {})
  return written
}
