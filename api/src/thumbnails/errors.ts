import { Problem } from '../platform/errors.ts'

/** There is no small picture of this file: of another kind, damaged, or too large to be read. */
export class NoThumbnail extends Problem {
  readonly code = 'NO_THUMBNAIL'
  readonly status = 404

  constructor(why: string) {
    super(`There is no small picture of this file: ${why}`)
  }
}

/** As many are being made, or wait to be, as this machine takes at once. */
export class ThumbnailsBusy extends Problem {
  readonly code = 'THUMBNAILS_BUSY'
  readonly status = 503
  /** Whole seconds after which it can work again. */
  readonly retryAfterSeconds: number
  override readonly details: { readonly retryAfterSeconds: number }

  constructor(retryAfterSeconds: number) {
    super('Too many small pictures are wanted at once. Ask again in a moment.')
    this.retryAfterSeconds = retryAfterSeconds
    this.details = { retryAfterSeconds }
  }
}
