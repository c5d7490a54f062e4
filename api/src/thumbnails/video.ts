import { spawn } from 'node:child_process'
import type { FileHandle } from 'node:fs/promises'
import { NoThumbnail } from './errors.ts'
import { shrink } from './image.ts'
import type { ThumbnailSize } from './model.ts'

const patienceMs = 20_000
/** A frame as PNG; more is no frame. */
const largestFrame = 100 * 1024 * 1024

/**
 * A frame from near the beginning of a film, as small as wanted. `format` is the only demuxer that FFmpeg may use, and the file is
 * handed over as a descriptor: nothing that stands in it leads anywhere else. Throws NO_THUMBNAIL, also where there is no FFmpeg.
 */
export async function shrinkVideo(handle: FileHandle, format: string, size: ThumbnailSize): Promise<Buffer> {
  for (const seconds of ['1', '0']) {
    const frame = await readFrame(handle, format, seconds)
    // Shorter than a second: then the very first frame.
    if (frame.length > 0) return shrink(frame, size)
  }
  throw new NoThumbnail('the film has no frame that can be read.')
}

/** Whether this machine has FFmpeg. */
export function hasFfmpeg(): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn('ffmpeg', ['-version'], { stdio: 'ignore', timeout: patienceMs })
    child.once('error', () => resolve(false))
    child.once('close', (code) => resolve(code === 0))
  })
}

function readFrame(handle: FileHandle, format: string, seconds: string): Promise<Buffer> {
  const input = ['-protocol_whitelist', 'file,pipe', '-f', format, '-ss', seconds, '-i', '/proc/self/fd/3']
  const output = ['-an', '-sn', '-dn', '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1']
  const args = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-threads', '1', ...input, ...output]
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'ignore', handle.fd], timeout: patienceMs, killSignal: 'SIGKILL' })
    const parts: Buffer[] = []
    let length = 0
    child.stdout?.on('data', (part: Buffer) => {
      length += part.length
      if (length > largestFrame) child.kill('SIGKILL')
      else parts.push(part)
    })
    child.once('error', () => reject(new NoThumbnail('this machine has no FFmpeg, which films need.')))
    child.once('close', (code, signal) => {
      if (signal) reject(new NoThumbnail('the film takes too long to read.'))
      else if (code !== 0 && length === 0 && seconds === '0') reject(new NoThumbnail('it is no film that can be read, or it is damaged.'))
      else resolve(Buffer.concat(parts))
    })
  })
}
