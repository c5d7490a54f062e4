import type { FileHandle } from 'node:fs/promises'
import { loadSharp } from '../platform/pictures.ts'
import { NoThumbnail } from './errors.ts'
import type { ThumbnailSize } from './model.ts'

/** What a picture may have when it is decoded: more is a bomb, or a mistake. */
const mostPixels = 120_000_000

/**
 * A WebP no longer than `size` on either side: upright, without whatever else was in the file (place, camera, hidden data); of
 * several pictures the first. Read through the descriptor that was checked, not by its name again. Throws NO_THUMBNAIL.
 */
export async function shrinkFile(handle: FileHandle, size: ThumbnailSize): Promise<Buffer> {
  return shrink(`/proc/self/fd/${handle.fd}`, size)
}

/** As `shrinkFile`, for the bytes of a picture. */
export async function shrink(input: string | Buffer, size: ThumbnailSize): Promise<Buffer> {
  const sharp = await loadSharp()
  try {
    return await sharp(input, { limitInputPixels: mostPixels, failOn: 'error', pages: 1, sequentialRead: true })
      .autoOrient()
      .resize(size, size, { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .timeout({ seconds: 15 })
      .toBuffer()
  } catch (error) {
    if (/pixel limit/i.test(String(error))) throw new NoThumbnail(`it has more than ${mostPixels / 1e6} million pixels.`)
    if (/timeout/i.test(String(error))) throw new NoThumbnail('it takes too long to read.')
    throw new NoThumbnail('it is no picture that can be read, or it is damaged.')
  }
}
