import { createHmac, timingSafeEqual } from 'node:crypto'
import type { AuditRecord } from '../audit/model.ts'
import type { Actor, Origin, SignedInActor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { Secrets } from '../platform/secrets.ts'
import { DownloadLinkExpired, DownloadLinkInvalid, FileNotFound, NotAFile } from './errors.ts'
import { downloadUrlOf } from './model.ts'
import { parsePath } from './path.ts'
import { requireLook, requireSee } from './policy.ts'
import type { AuditPort, FilesService } from './service.ts'

/** In seconds. */
const shortest = 60
const longest = 24 * 3_600

const purpose = 'download link'

export interface DownloadLinkRequest {
  readonly path: string
  /** 60 to 86,400. */
  readonly expiresInSeconds: number
  /** To save instead of show. */
  readonly download: boolean
}

export interface DownloadLink {
  /** Without scheme and host. */
  readonly url: string
  readonly expiresAt: Date
}

/** Whose link it is, as they are now, and what it is for. */
export interface LinkHolder {
  readonly actor: SignedInActor
  readonly download: boolean
}

/** What a link says of itself, once its seal was found to be ours. */
interface Claim {
  readonly expiresAt: Date
  readonly userId: string
  readonly sessionId: string
  readonly download: boolean
}

export interface DownloadLinksDeps {
  readonly files: Pick<FilesService, 'find'>
  readonly secrets: Secrets
  readonly clock: Clock
  readonly audit: AuditPort
  /** Who a session or an API key speaks for at this moment; null when it has ended, or may not be used from there. */
  readonly identify: (sessionId: string, origin: Origin) => Promise<Actor | null>
}

/**
 * Addresses under which one file can be read without a cookie or a key, for programs that have neither: players, media elements, a
 * download manager. Sealed, not stored: a link says until when, by whose session and for which path it is valid, and that session
 * and its owner's rights are looked at each time anew.
 */
export class DownloadLinks {
  readonly #deps: DownloadLinksDeps

  constructor(deps: DownloadLinksDeps) {
    this.#deps = deps
  }

  /** Errors: FILE_NOT_FOUND, NOT_A_FILE, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, INVALID_INPUT. */
  async create(actor: Actor, { download, expiresInSeconds, path: text }: DownloadLinkRequest): Promise<DownloadLink> {
    requireLook(actor)
    // The server has files of its own at hand.
    if (actor.kind !== 'user') throw new FileNotFound(text)
    const path = parsePath(text)
    requireSee(actor, path)
    if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < shortest || expiresInSeconds > longest)
      throw new InvalidInput(`From ${shortest} to ${longest} seconds.`, 'expiresInSeconds')
    const file = await this.#deps.files.find(actor, path.text)
    if (!file) throw new FileNotFound(path.text)
    if (file.isFolder) throw new NotAFile(path.text)
    const { audit, clock, secrets } = this.#deps
    // Whole seconds, as the link says it.
    const until = Math.floor(clock.now().getTime() / 1_000) + expiresInSeconds
    const expiresAt = new Date(until * 1_000)
    const claim = { expiresAt, userId: actor.userId, sessionId: actor.sessionId, download }
    const details: AuditRecord['details'] = { expiresAt: expiresAt.toISOString(), download }
    await audit.record(actor, { action: 'files.createDownloadUrl', target: path.text, result: 'ok', details })
    const ticket = `${bodyOf(claim)}.${secrets.keyId}`
    return { url: `/signed/${ticket}.${this.#seal(ticket, path.text)}${downloadUrlOf(path.text).slice('/files'.length)}`, expiresAt }
  }

  /**
   * In whose name the file at `path` is read by a link with this ticket. Errors: DOWNLOAD_LINK_INVALID, DOWNLOAD_LINK_EXPIRED.
   * What they may see now is asked where the file is opened.
   */
  async holderOf(ticket: string, path: string, origin: Origin): Promise<LinkHolder> {
    const claim = this.#read(ticket, path)
    if (!claim) throw new DownloadLinkInvalid()
    if (claim.expiresAt <= this.#deps.clock.now()) throw new DownloadLinkExpired()
    const actor = await this.#deps.identify(claim.sessionId, origin)
    if (actor?.kind !== 'user' || actor.userId !== claim.userId) throw new DownloadLinkExpired()
    return { actor, download: claim.download }
  }

  #read(ticket: string, path: string): Claim | null {
    const [until = '', userId = '', sessionId = '', flag = '', keyId = '', seal = '', ...more] = ticket.split('.')
    if (more.length > 0 || !/^[a-z0-9]{1,9}$/.test(until) || !/^[a-z0-9]{1,16}$/.test(keyId)) return null
    try {
      const expected = Buffer.from(this.#seal(`${until}.${userId}.${sessionId}.${flag}.${keyId}`, path))
      const given = Buffer.from(seal)
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
    } catch {
      // Sealed with a master key that is not here any more.
      return null
    }
    return { expiresAt: new Date(Number.parseInt(until, 36) * 1_000), userId, sessionId, download: flag === 'd' }
  }

  /** Ids have no dots and a path begins with a slash: no two claims make one text. */
  #seal(ticket: string, path: string): string {
    const keyId = ticket.slice(ticket.lastIndexOf('.') + 1)
    return createHmac('sha256', this.#deps.secrets.derive(purpose, keyId)).update(`${ticket}${path}`).digest('base64url')
  }
}

function bodyOf({ download, expiresAt, sessionId, userId }: Claim): string {
  return [(expiresAt.getTime() / 1_000).toString(36), userId, sessionId, download ? 'd' : 's'].join('.')
}
