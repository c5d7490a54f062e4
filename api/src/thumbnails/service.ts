import type { Actor } from '../auth/model.ts'
import { extensionOf, type StoredFile } from '../files/model.ts'
import type { FilesService } from '../files/service.ts'
import { TurnQueue } from '../platform/turn-queue.ts'
import { ThumbnailCache } from './cache.ts'
import { NoThumbnail, ThumbnailsBusy } from './errors.ts'
import { shrinkFile } from './image.ts'
import { sourceOf, type ThumbnailSize, thumbnailUrlOf, videoFormats } from './model.ts'
import { hasFfmpeg, shrinkVideo } from './video.ts'

export interface ThumbnailsDeps {
  readonly files: FilesService
  /** In the data folder; made when it is not there. */
  readonly folder: string
}

/** All small pictures together, in bytes. */
export const mostThumbnailBytes = 1_000_000_000

/** Small pictures of images and films, for whoever may read the file. Made when they are first asked for. */
export class ThumbnailsService {
  readonly #deps: ThumbnailsDeps
  readonly #cache: ThumbnailCache
  /** Decoded, a picture takes far more memory than its file: few at once, and those who wait take turns by account. */
  readonly #turns = new TurnQueue({ atOnce: 2, mostWaiting: 400, mostWaitingOfOne: 200, busy: (seconds) => new ThumbnailsBusy(seconds) })
  #hasFfmpeg = false
  /** The same picture is not made twice at once. */
  readonly #making = new Map<string, Promise<Buffer>>()

  constructor(deps: ThumbnailsDeps) {
    this.#deps = deps
    this.#cache = new ThumbnailCache(deps.folder)
  }

  /** Looks what this machine can make. */
  async start(): Promise<void> {
    this.#hasFfmpeg = await hasFfmpeg()
  }

  /** Where a small picture of the file is read; null where none is made. */
  urlOf(file: StoredFile): string | null {
    const source = sourceOf(file)
    return source === 'image' || (source === 'video' && this.#hasFfmpeg) ? thumbnailUrlOf(file) : null
  }

  /** A WebP of the file. Errors: NO_THUMBNAIL, THUMBNAILS_BUSY, and those of a download. */
  async read(actor: Actor, path: string, size: ThumbnailSize): Promise<Buffer> {
    const { file, handle, stat } = await this.#deps.files.openForReading(actor, path)
    try {
      const source = sourceOf(file)
      if (!source) throw new NoThumbnail('of this kind of file none is made, or it is too large.')
      // The same content under another name is the same picture.
      const content = file.sha256 ?? [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map((part) => part.toString(36)).join('-')
      const key = `${content} ${source} ${size}`
      const known = await this.#cache.read(key)
      if (known) return known
      const from = actor.kind === 'user' ? actor.userId : actor.kind
      const make = () =>
        this.#turns.run(from, async () => {
          const format = videoFormats[extensionOf(file.name)] ?? ''
          const bytes = source === 'image' ? await shrinkFile(handle, size) : await shrinkVideo(handle, format, size)
          await this.#cache.write(key, bytes)
          return bytes
        })
      const making = this.#making.get(key) ?? make().finally(() => this.#making.delete(key))
      this.#making.set(key, making)
      return await making
    } finally {
      await handle.close()
    }
  }

  /** Keeps those that were looked at last. */
  prune(signal: AbortSignal): Promise<{ removed: number; bytes: number }> {
    return this.#cache.prune(mostThumbnailBytes, signal)
  }
}
