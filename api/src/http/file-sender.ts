import type { FileHandle } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'

const largeBuffer = 1024 * 1024
const smallBuffer = 256 * 1024
/** Beyond this many downloads at once each gets smaller buffers: memory stays bounded, one alone stays fast. */
const manyDownloads = 16
/** A client that takes nothing for so long is gone. */
const stallMilliseconds = 120_000

let underWay = 0

/**
 * Sends `length` bytes from `start`: two buffers in turns, one is read into while the other is on its way. A buffer is
 * written to again only after the callback of its write. Ends the response, or destroys it when the file is shorter than
 * was announced or the client is gone; never throws. True when everything was handed over.
 */
export async function sendFile(handle: FileHandle, response: ServerResponse, start: number, length: number): Promise<boolean> {
  underWay += 1
  try {
    const gone = new Promise<never>((_resolve, reject) => response.once('close', () => reject(new Error('the client hung up'))))
    gone.catch(() => {})
    const size = Math.min(length, underWay > manyDownloads ? smallBuffer : largeBuffer)
    const lanes = [createLane(size), createLane(size)]
    let at = start
    const end = start + length
    for (let turn = 0; at < end; turn++) {
      const lane = lanes[turn % 2] as Lane
      await Promise.race([lane.free, gone])
      const { bytesRead } = await handle.read(lane.buffer, 0, Math.min(lane.buffer.length, end - at), at)
      // Somebody shortened the file: the length that was announced cannot be kept, and must not be made up.
      if (bytesRead === 0) throw new Error('the file became shorter')
      lane.free = write(response, lane.buffer.subarray(0, bytesRead))
      at += bytesRead
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

interface Lane {
  readonly buffer: Buffer
  free: Promise<void>
}

function createLane(size: number): Lane {
  return { buffer: Buffer.allocUnsafeSlow(size), free: Promise.resolve() }
}

function write(response: ServerResponse, bytes: Buffer): Promise<void> {
  const written = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the client takes nothing')), stallMilliseconds)
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
