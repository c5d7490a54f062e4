import { AsyncLocalStorage } from 'node:async_hooks'
import type { Readable } from 'node:stream'
import { DataStore, Upload } from '@tus/server'
import type { Actor } from '../auth/model.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { PartChecksum, UploadSource } from './upload-model.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

/** What the protocol handler does not pass on to its store. */
export interface UploadRequest {
  readonly actor: Actor
  readonly checksum: PartChecksum | null
  readonly source: UploadSource
}

/** The tus server's store: it speaks the protocol's terms and leaves everything to the uploads service. */
export class UploadStore extends DataStore {
  readonly #uploads: UploadsService
  readonly #requests = new AsyncLocalStorage<UploadRequest>()

  constructor(uploads: UploadsService) {
    super()
    this.#uploads = uploads
    this.extensions = ['creation', 'creation-with-upload', 'checksum', 'termination', 'expiration']
  }

  /** Everything that the protocol handler does in `run` is done in the name of this request. */
  inRequest<T>(request: UploadRequest, run: () => T): T {
    return this.#requests.run(request, run)
  }

  get #request(): UploadRequest {
    const request = this.#requests.getStore()
    if (!request) throw new Error('the upload store was used outside of a request')
    return request
  }

  /** Throws UPLOAD_NOT_FOUND unless it is an upload of the actor's own; asked before anything is locked. */
  async requireOwn(id: string): Promise<void> {
    await this.#uploads.require(this.#request.actor, id)
  }

  override async create(upload: Upload): Promise<Upload> {
    if (upload.size === undefined) throw new InvalidInput('Say Upload-Length.', 'Upload-Length')
    const row = await this.#uploads.create(this.#request.actor, upload.id, upload.size, upload.metadata ?? {})
    upload.creation_date = row.createdAt.toISOString()
    return upload
  }

  /**
   * The bytes come straight from the request: the handler would lead them through four streams first, which costs more
   * than hashing them. It is given none; its empty stream has to be read to its end all the same.
   */
  override write(stream: Readable, id: string, offset: number): Promise<number> {
    const { actor, checksum, source } = this.#request
    stream.resume()
    return this.#uploads.write(actor, id, offset, source, checksum)
  }

  /** Ends the writing of the request that is under way here. */
  get stopper(): () => void {
    const { source } = this.#request
    return () => source.stop()
  }

  override async getUpload(id: string): Promise<Upload> {
    return this.#toUpload(await this.#uploads.require(this.#request.actor, id))
  }

  override remove(id: string): Promise<void> {
    return this.#uploads.cancel(this.#request.actor, id)
  }

  override getExpiration(): number {
    return this.#uploads.expiryMilliseconds
  }

  #toUpload(row: UploadRow): Upload {
    return new Upload({
      id: row.id,
      size: Number(row.length),
      offset: Number(row.durableOffset),
      metadata: JSON.parse(row.metadata) as Record<string, string | null>,
      // The handler adds the expiry to it: each request moves the end on.
      creation_date: new Date(row.expiresAt.getTime() - this.#uploads.expiryMilliseconds).toISOString(),
    })
  }
}
