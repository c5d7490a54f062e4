import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { NameTaken } from '../files/errors.ts'
import type { FolderMeasure } from '../files/measure.ts'
import { childPath, parentPath, parsePath, rootPath, type StoragePath } from '../files/path.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { type EndingDeps, endAccess, requireAnotherAdmin, takeTurn } from './account-lock.ts'
import { UserBeingDeleted, UserNotFound } from './errors.ts'
import { type Homes, homePath } from './homes.ts'
import { archiveName, type FilesChoice } from './model.ts'
import { requireConfirmedAdmin, requireManagePeople, requireOther, requireSomebody } from './policy.ts'

export interface DeletionWish {
  readonly id: string
  readonly files: FilesChoice
  /** Whose home takes the files; only with TRANSFER. */
  readonly transferTo: string | null
}

/** Kept in the account's row from the moment of the decision until all of it is done. */
interface DeletionIntent {
  readonly files: FilesChoice
  readonly transferTo: string | null
  /** Where the home goes; chosen before it is moved there. */
  readonly target: string | null
}

export interface DeletedUser {
  readonly id: string
  readonly username: string
  readonly files: FilesChoice
  /** Where the files are now; null when they were deleted or there were none. */
  readonly filesPath: string | null
}

/** What a deletion would do. */
export interface DeletionPreview {
  readonly username: string
  readonly home: FolderMeasure
  /** Where the files would be; null when they would be deleted. */
  readonly filesPath: string | null
  readonly sessions: number
  readonly keys: number
  readonly uploads: number
  readonly groups: number
}

export interface UserDeletionsDeps extends EndingDeps {
  readonly database: Database
  readonly audit: AuditService
  readonly homes: Homes
  readonly log: Log
  readonly dropAvatar: (name: string) => Promise<void>
}

type Leaving = { readonly id: string; readonly username: string; readonly homeName: string | null; readonly avatar: string | null }
const columns = { id: true, username: true, homeName: true, avatar: true, deletion: true } as const
const archivePath = childPath(rootPath, archiveName)

/**
 * Deletes accounts and decides where their files go. The account is disabled and the decision written down first; then
 * the files go, in one move; the row goes last. A start goes on with what a stop interrupted.
 */
export class UserDeletions {
  readonly #deps: UserDeletionsDeps

  constructor(deps: UserDeletionsDeps) {
    this.#deps = deps
  }

  /** What a deletion would do. Administrators only. Errors: USER_NOT_FOUND, INVALID_INPUT, FORBIDDEN. */
  async preview(actor: Actor, wish: DeletionWish): Promise<DeletionPreview> {
    requireManagePeople(actor)
    const { clock, database, homes } = this.#deps
    const user = await this.#require(wish.id, database)
    const target = await this.#requireReceiver(wish, database)
    const home = homePath(user.homeName ?? user.username)
    const now = clock.now()
    const alive = { expiresAt: { gt: now }, absoluteExpiresAt: { gt: now } }
    const [measure, sessions, keys, uploads, groups] = await Promise.all([
      homes.folders.measure(home),
      database.session.count({ where: { userId: user.id, ...alive } }),
      database.apiKey.count({ where: { userId: user.id } }),
      homes.folders.countUploads(user.id),
      database.groupMember.count({ where: { userId: user.id } }),
    ])
    const filesPath = wish.files === 'DELETE' ? null : (await this.#freePath(wish.files, user.username, target?.username ?? null)).text
    return { username: user.username, home: measure, filesPath, sessions, keys, uploads, groups }
  }

  /**
   * For an administrator who confirmed who they are. Asked again for an account whose deletion could not be finished, it
   * goes on, with the new choice.
   * Errors: USER_NOT_FOUND, CANNOT_DO_TO_SELF, LAST_ADMIN, CONFIRMATION_REQUIRED, INVALID_INPUT, FORBIDDEN, UNAVAILABLE, STORAGE_READ_ONLY.
   */
  async delete(actor: Actor, wish: DeletionWish): Promise<DeletedUser> {
    const { audit, clock, database, homes } = this.#deps
    requireSomebody(actor)
    try {
      requireConfirmedAdmin(actor, clock.now())
      requireOther(actor, wish.id)
      return await homes.lock(wish.transferTo ? [wish.id, wish.transferTo] : [wish.id], async () => {
        const user = await database.$transaction((transaction) => this.#decide(actor, wish, transaction))
        return this.#carryOut(actor, user, { files: wish.files, transferTo: wish.transferTo, target: null }, false)
      })
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'users.delete', target: wish.id.slice(0, 64), result: error.code })
      throw error
    }
  }

  /** At a start: goes on with what the last stop interrupted. Returns how many accounts it finished. */
  async resume(): Promise<number> {
    const { database, homes, log } = this.#deps
    const rows = await database.$queryRaw<{ id: string }[]>`SELECT "id" FROM "User" WHERE "deletion" IS NOT NULL ORDER BY "id"`
    let count = 0
    for (const { id } of rows) {
      try {
        const user = await database.user.findUniqueOrThrow({ where: { id }, select: columns })
        const intent = user.deletion as unknown as DeletionIntent
        const locked = intent.transferTo ? [id, intent.transferTo] : [id]
        const actor = { kind: 'system', reason: 'a deletion that a stop interrupted' } as const
        await homes.lock(locked, () => this.#carryOut(actor, user, intent, true))
        count += 1
      } catch (error) {
        // The disk may be away: the account stays disabled, and the next start or the administrator tries again.
        log.error({ err: error, userId: id }, 'the deletion of an account could not be finished')
      }
    }
    return count
  }

  async #decide(actor: Actor, wish: DeletionWish, transaction: DatabaseTransaction): Promise<Leaving> {
    await takeTurn(actor, transaction)
    const user = await this.#require(wish.id, transaction)
    const receiver = await this.#requireReceiver(wish, transaction)
    await requireAnotherAdmin(user.id, transaction)
    const intent: DeletionIntent = { files: wish.files, transferTo: receiver?.id ?? null, target: null }
    const { disabledAt } = await transaction.user.findUniqueOrThrow({ where: { id: user.id }, select: { disabledAt: true } })
    const data = { deletion: intent as object, disabledAt: disabledAt ?? this.#deps.clock.now() }
    await transaction.user.update({ where: { id: user.id }, data })
    await endAccess(this.#deps, user.id, transaction)
    const details = { userId: user.id, files: wish.files, ...(receiver ? { transferTo: receiver.username } : {}) }
    await this.#deps.audit.record(actor, { action: 'users.delete', target: user.username, result: 'ok', details }, transaction)
    return user
  }

  /** Every step can be repeated. The caller holds the locks of both accounts. */
  async #carryOut(actor: Actor, user: Leaving, intent: DeletionIntent, again: boolean): Promise<DeletedUser> {
    const { audit, database, dropAvatar, homes } = this.#deps
    if (user.homeName !== null) await homes.follow(user.id, user.homeName, user.username, true)
    await homes.folders.dropUploads(user.id)
    const receiver = intent.transferTo
      ? await database.user.findUnique({ where: { id: intent.transferTo }, select: { id: true, username: true } })
      : null
    // Who was to have the files is gone as well: nothing may be lost for that.
    const files = intent.files === 'TRANSFER' && !receiver ? 'ARCHIVE' : intent.files
    const path = files === 'DELETE' ? await this.#removeHome(user) : await this.#moveHome(user, { ...intent, files }, receiver, again)
    await homes.folders.changeOwner(user.id, files === 'TRANSFER' ? (receiver?.id ?? null) : null)
    if (user.avatar) await dropAvatar(user.avatar)
    const filesPath = path?.text ?? null
    await database.$transaction(async (transaction) => {
      // Nobody adds it to a group meanwhile.
      await takeTurn({ kind: 'system', reason: 'deletion' }, transaction)
      await transaction.user.delete({ where: { id: user.id } })
      const details = { userId: user.id, files, filesPath }
      await audit.record(actor, { action: 'users.deleted', target: user.username, result: 'ok', details }, transaction)
    })
    return { id: user.id, username: user.username, files, filesPath }
  }

  async #removeHome(user: Leaving): Promise<null> {
    await this.#deps.homes.folders.remove(homePath(user.username))
    return null
  }

  /** One rename on the disk. Where to is written down before, so that a start knows whether it has happened. */
  async #moveHome(
    user: Leaving,
    intent: DeletionIntent,
    receiver: { readonly id: string; readonly username: string } | null,
    again: boolean,
  ): Promise<StoragePath | null> {
    const { folders } = this.#deps.homes
    const from = homePath(user.username)
    if (receiver) await this.#deps.homes.ensureLocked(receiver.id)
    else await folders.ensure(archiveName, null)
    let target = intent.target === null ? null : parsePath(intent.target)
    if (again && target && !(await folders.look(from))) return (await this.#settled(from, target)) ? target : null
    // Who takes the files has another name by now, or is gone.
    const folder = receiver ? homePath(receiver.username) : archivePath
    if (target && parentPath(target)?.text !== folder.text) target = null
    for (let attempt = 0; ; attempt++) {
      target ??= await this.#freePath(intent.files, user.username, receiver?.username ?? null)
      const deletion: DeletionIntent = { ...intent, target: target.text }
      await this.#deps.database.user.update({ where: { id: user.id }, data: { deletion: deletion as object } })
      try {
        return (await folders.move(from, target, again)) === 'absent' ? null : target
      } catch (error) {
        // Somebody took the name a moment ago.
        if (!(error instanceof NameTaken) || attempt === 5) throw error
        target = null
      }
    }
  }

  /** The home has left before the stop: the rows follow it. False when it is not where it was going. */
  async #settled(from: StoragePath, target: StoragePath): Promise<boolean> {
    const { folders } = this.#deps.homes
    if (!(await folders.look(target))) return false
    await folders.move(from, target, true)
    return true
  }

  async #freePath(files: FilesChoice, username: string, receiver: string | null): Promise<StoragePath> {
    const { clock, homes } = this.#deps
    const folder = files === 'TRANSFER' && receiver !== null ? homePath(receiver) : archivePath
    const name = folder === archivePath ? `${username} ${clock.now().toISOString().slice(0, 10)}` : `From ${username}`
    // While there is no such folder every name in it is free.
    return childPath(folder, (await homes.folders.look(folder)) ? await homes.folders.freeName(folder, name) : name)
  }

  async #require(id: string, transaction: DatabaseTransaction): Promise<Leaving> {
    const found = isId(id) ? await transaction.user.findUnique({ where: { id }, select: columns }) : null
    if (!found) throw new UserNotFound()
    return found
  }

  /** Who takes the files; null when nobody does. */
  async #requireReceiver({ id, files, transferTo }: DeletionWish, transaction: DatabaseTransaction) {
    if (files !== 'TRANSFER') {
      if (transferTo !== null) throw new InvalidInput('Only a transfer has somebody to transfer to.', 'transferTo')
      return null
    }
    if (transferTo === null) throw new InvalidInput('Say to whom the files go.', 'transferTo')
    if (transferTo === id) throw new InvalidInput('The files cannot go to the account that is deleted.', 'transferTo')
    const found = isId(transferTo) ? await transaction.user.findUnique({ where: { id: transferTo }, select: columns }) : null
    if (!found) throw new UserNotFound('transferTo')
    if (found.deletion !== null) throw new UserBeingDeleted('transferTo')
    return found
  }
}

function isId(id: string): boolean {
  return /^[\w-]{1,64}$/.test(id)
}
