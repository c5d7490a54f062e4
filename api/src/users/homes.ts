import { NameTaken } from '../files/errors.ts'
import type { HomeFolders } from '../files/home-folders.ts'
import { KeyedLock } from '../files/keyed-lock.ts'
import { childPath, rootPath, type StoragePath } from '../files/path.ts'
import type { Database } from '../platform/db.ts'
import { HomeNameTaken } from './errors.ts'
import type { User } from './model.ts'
import type { HomeMaker } from './service.ts'

/** The path of a home. Names of accounts are names of folders. */
export function homePath(name: string): StoragePath {
  return childPath(rootPath, name)
}

/** The homes of accounts, kept in agreement with their names. */
export class Homes implements HomeMaker {
  readonly folders: HomeFolders
  readonly #database: Database
  readonly #locks = new KeyedLock<string>()

  constructor(deps: { readonly database: Database; readonly folders: HomeFolders }) {
    this.#database = deps.database
    this.folders = deps.folders
  }

  /** Nobody else changes name, home or existence of these accounts meanwhile. Not reentrant. */
  lock<T>(userIds: readonly string[], task: () => Promise<T>): Promise<T> {
    return this.#locks.runAll(userIds, task)
  }

  /** Throws HOME_NAME_TAKEN for a name under which something stands, a link or a special file too. */
  async requireFree(username: string): Promise<void> {
    if (await this.folders.look(homePath(username))) throw new HomeNameTaken(username)
  }

  /** The folder of a new account. What stands there already is somebody's, and never becomes theirs by their name. Throws HOME_NAME_TAKEN. */
  make({ id, username }: Pick<User, 'id' | 'username'>): Promise<void> {
    return this.lock([id], async () => {
      try {
        await this.folders.make(username, id)
      } catch (error) {
        throw error instanceof NameTaken ? new HomeNameTaken(username) : error
      }
    })
  }

  /** The folder of the account's own files, under its present name: the one that stands there, since the account was there first. */
  ensure(user: { readonly id: string }): Promise<void> {
    return this.lock([user.id], () => this.ensureLocked(user.id))
  }

  /** As `ensure`, for a caller that holds the account's lock. */
  async ensureLocked(userId: string): Promise<void> {
    const row = await this.#database.user.findUnique({ where: { id: userId }, select: { username: true, homeName: true } })
    if (!row) return
    if (row.homeName !== null) await this.follow(userId, row.homeName, row.username, true)
    await this.folders.ensure(row.username, userId)
  }

  /** Gives the home the account's new name; the row said before that it still has the old one, and says now that it has not. */
  async follow(userId: string, from: string, to: string, again: boolean): Promise<void> {
    await this.folders.move(homePath(from), homePath(to), again)
    await this.#database.user.update({ where: { id: userId }, data: { homeName: null } })
  }

  /** At a start: homes whose account got a new name just before the stop. Returns how many there were. */
  async resume(onFailure: (userId: string, error: unknown) => void): Promise<number> {
    const rows = await this.#database.user.findMany({ where: { homeName: { not: null } }, select: { id: true } })
    // What the disk refuses now is tried again when its owner signs in.
    for (const { id } of rows) await this.ensure({ id }).catch((error: unknown) => onFailure(id, error))
    return rows.length
  }
}
