import { randomBytes } from 'node:crypto'
import { createReadStream, type ReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { KeyedLock } from '../files/keyed-lock.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { encodeAvatar } from './avatar-image.ts'
import { AvatarNotFound, UserBeingDeleted, UserNotFound } from './errors.ts'
import { type User, userColumns } from './model.ts'
import { requireChangeOwn, requireSeePictures } from './policy.ts'

const namePattern = /^[0-9a-f]{32}\.webp$/

export interface AvatarsDeps {
  /** In the data folder; made when it is not there. */
  readonly folder: string
  readonly database: Database
  readonly audit: AuditService
}

/** The pictures of accounts: files of the data folder under names that nobody guesses, each written once. */
export class Avatars {
  readonly #deps: AvatarsDeps
  readonly #lock = new KeyedLock<string>()

  constructor(deps: AvatarsDeps) {
    this.#deps = deps
  }

  /** Makes the folder, and removes what a stop left behind: files that no account has. */
  async start(): Promise<void> {
    const { database, folder } = this.#deps
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const names = await readdir(folder)
    for (let at = 0; at < names.length; at += 200) {
      const some = names.slice(at, at + 200)
      const known = new Set(
        (await database.user.findMany({ where: { avatar: { in: some } }, select: { avatar: true } })).map((row) => row.avatar),
      )
      for (const name of some) if (!known.has(name)) await this.drop(name)
    }
  }

  /** The account `me` means, or the id itself. */
  userIdOf(actor: Actor, who: string): string {
    requireSeePictures(actor)
    return who === 'me' ? actor.userId : who
  }

  /** Throws unless the actor may change this picture: asked before its bytes are read. */
  requireChange(actor: Actor, userId: string): void {
    requireSeePictures(actor)
    requireChangeOwn(actor, userId)
  }

  /**
   * Makes the picture of an account out of PNG, JPEG, WebP or GIF bytes. One's own, or an administrator anybody's.
   * Errors: UNREADABLE_IMAGE, USER_NOT_FOUND, USER_BEING_DELETED, FORBIDDEN.
   */
  async set(actor: Actor, userId: string, bytes: Uint8Array): Promise<User> {
    return this.#change(actor, 'users.setAvatar', userId, async () => {
      await this.#require(userId)
      // One picture at a time: decoded it takes far more memory than it was sent with.
      const encoded = await this.#lock.run('encoding', () => encodeAvatar(bytes))
      const name = `${randomBytes(16).toString('hex')}.webp`
      await this.#write(name, encoded)
      return name
    })
  }

  /** Takes the picture away. Errors: USER_NOT_FOUND, USER_BEING_DELETED, FORBIDDEN. */
  async remove(actor: Actor, userId: string): Promise<User> {
    return this.#change(actor, 'users.removeAvatar', userId, async () => null)
  }

  /** The bytes of a picture, for whoever is signed in. Errors: AVATAR_NOT_FOUND. */
  async read(actor: Actor, name: string): Promise<{ stream: ReadStream; size: number }> {
    requireSeePictures(actor)
    if (!namePattern.test(name)) throw new AvatarNotFound()
    const path = `${this.#deps.folder}/${name}`
    const found = await stat(path).catch(() => null)
    if (!found?.isFile()) throw new AvatarNotFound()
    return { stream: createReadStream(path), size: found.size }
  }

  /** Removes the file of a picture that no account has any more. */
  async drop(name: string): Promise<void> {
    if (/^[\w.-]+$/.test(name)) await rm(`${this.#deps.folder}/${name}`, { force: true })
  }

  /** The new file is durable before the row names it, and the old one goes after. */
  async #change(actor: Actor, action: string, userId: string, make: () => Promise<string | null>): Promise<User> {
    const { audit, database } = this.#deps
    requireSeePictures(actor)
    try {
      requireChangeOwn(actor, userId)
      const name = await make()
      const { user, old } = await this.#lock.run(`of ${userId}`, async () => {
        const old = (await this.#require(userId)).avatar
        const user = await database.$transaction(async (transaction) => {
          const user = await transaction.user.update({ where: { id: userId }, data: { avatar: name }, select: userColumns })
          await audit.record(actor, { action, target: user.username, result: 'ok' }, transaction)
          return user
        })
        return { user, old }
      })
      if (old) await this.drop(old)
      return user
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action, target: userId.slice(0, 64), result: error.code })
      throw error
    }
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const path = `${this.#deps.folder}/${name}`
    const handle = await open(`${path}.part`, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${path}.part`, path)
  }

  async #require(id: string) {
    const columns = { avatar: true, deletion: true } as const
    const found = /^[\w-]{1,64}$/.test(id) ? await this.#deps.database.user.findUnique({ where: { id }, select: columns }) : null
    if (!found) throw new UserNotFound()
    if (found.deletion !== null) throw new UserBeingDeleted()
    return found
  }
}
