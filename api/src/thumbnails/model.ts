import { extensionOf, type StoredFile } from '../files/model.ts'

/** Longest side in pixels: for tiles and rows, and for a look at the whole. */
export const thumbnailSizes = [256, 1_024] as const
export type ThumbnailSize = (typeof thumbnailSizes)[number]

/** What sharp reads without help, apart from SVG, which could ask for other files. */
const images = new Set(['jpg', 'jpeg', 'png', 'gif', 'webp', 'avif', 'tif', 'tiff'])
/** Each with the one demuxer of FFmpeg that may read it: others would follow addresses that stand in a file. */
export const videoFormats: Readonly<Record<string, string>> = {
  mp4: 'mov',
  m4v: 'mov',
  mov: 'mov',
  '3gp': 'mov',
  mkv: 'matroska',
  webm: 'matroska',
  avi: 'avi',
  mpg: 'mpeg',
  mpeg: 'mpeg',
  mts: 'mpegts',
  m2ts: 'mpegts',
}

/** Larger pictures are not read: who waits for a small one does not wait for that. */
const largestImage = 200 * 1024 * 1024

/** How a small picture of a file can be had; null when it cannot. */
export function sourceOf({ name, isFolder, size }: Pick<StoredFile, 'name' | 'isFolder' | 'size'>): 'image' | 'video' | null {
  if (isFolder || size === 0) return null
  const extension = extensionOf(name)
  if (images.has(extension)) return size <= largestImage ? 'image' : null
  return Object.hasOwn(videoFormats, extension) ? 'video' : null
}

/** Where it is read; another content has another address, so that browsers may keep it. */
export function thumbnailUrlOf({ path, size, modifiedAt }: Pick<StoredFile, 'path' | 'size' | 'modifiedAt'>): string {
  const version = `${modifiedAt.getTime().toString(36)}-${size.toString(36)}`
  return `/thumbnails${path.split('/').map(encodeURIComponent).join('/')}?v=${version}`
}
