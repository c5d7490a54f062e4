import { loadSharp } from '../platform/pictures.ts'
import { UnreadableImage } from './errors.ts'

/** Width and height of a picture, in pixels. */
const side = 256
/** What a picture may have when it is decoded: more is a bomb, or a mistake. */
const mostPixels = 50_000_000

/** How files of the kinds that are taken begin. Nothing else reaches the decoder: SVG, for one, would be a program. */
const beginnings: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  (bytes) => bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff,
  (bytes) => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  (bytes) => /^GIF8[79]a$/.test(bytes.toString('latin1', 0, 6)),
]

/**
 * A square WebP out of the bytes of a picture: its middle, upright, without whatever else was in the file (place, camera,
 * hidden data). Throws UNREADABLE_IMAGE.
 */
export async function encodeAvatar(bytes: Uint8Array): Promise<Buffer> {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!beginnings.some((begins) => begins(input))) throw new UnreadableImage()
  const sharp = await loadSharp()
  try {
    return await sharp(input, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
      .autoOrient()
      .resize(side, side, { fit: 'cover' })
      .webp({ quality: 82 })
      .timeout({ seconds: 10 })
      .toBuffer()
  } catch (error) {
    throw /pixel limit/i.test(String(error))
      ? new UnreadableImage(`The picture has more than ${mostPixels / 1e6} million pixels.`)
      : new UnreadableImage()
  }
}
