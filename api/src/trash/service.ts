import type { AuditRecord } from '../audit/model.ts'
import type { Actor } from '../auth/model.ts'
import type { StoredFile } from '../files/model.ts'
import { parsePath } from '../files/path.ts'
import { mapped } from '../files/streams.ts'
import { type Reader, startingWith } from '../platform/bus.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import type { TrashBin } from './bin.ts'
import { TrashItemNotFound } from './errors.ts'
import {
  everybody,
  isItemId,
  itemOf,
  type RestoreConflict,
  type TrashItem,
  type TrashScope,
  type TrashTotals,
  trashChanged,
} from './model.ts'
import { maySeeItem, requireLookInto, requireManageTrash, requireReach, requireRestoreTo, requireUseTrash } from './policy.ts'
import { type TrashRetention, trashRetention } from './settings.ts'

/** So many items are deleted for good in one call. */
const mostIds = 500
const atOnce = 100

export interface TrashServiceDeps {
  readonly bin: TrashBin
  readonly settings: Pick<SettingsService, 'get' | 'set'>
  readonly audit: { record(actor: Actor, record: AuditRecord): Promise<void> }
}

export interface TrashPage {
  readonly after: string | null
  readonly limit: number
  readonly newestFirst: boolean
}

/** What was deleted and can be had back, for whoever asks. */
export class TrashService {
  readonly #deps: TrashServiceDeps

  constructor(deps: TrashServiceDeps) {
    this.#deps = deps
  }

  /** By the time of deletion. Errors: FORBIDDEN, INVALID_INPUT. */
  async list(actor: Actor, scope: TrashScope, { after, limit, newestFirst }: TrashPage): Promise<TrashItem[]> {
    requireLookInto(actor, scope)
    if (after !== null && !isItemId(after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
    const rows = await this.#database.trashItem.findMany({
      where: { ...whereOf(actor, scope), ...(after === null ? {} : { id: newestFirst ? { lt: after } : { gt: after } }) },
      orderBy: { id: newestFirst ? 'desc' : 'asc' },
      take: limit,
    })
    const { days } = this.#deps.settings.get(trashRetention)
    return rows.map((row) => itemOf(row, days))
  }

  /** How much there is of it. Errors: FORBIDDEN. */
  async totals(actor: Actor, scope: TrashScope): Promise<TrashTotals> {
    requireLookInto(actor, scope)
    const { _count, _sum } = await this.#database.trashItem.aggregate({ where: whereOf(actor, scope), _count: true, _sum: { size: true } })
    return { count: _count, size: Number(_sum.size ?? 0n) }
  }

  /** A frame at first, and one whenever something comes, leaves or is counted: what is in it then is asked for anew. */
  async watch(actor: Actor, scope: TrashScope): Promise<Reader<{ readonly at: Date; readonly scope: TrashScope }>> {
    requireLookInto(actor, scope)
    const { bus, clock } = this.#deps.bin.deps.tree.deps
    const reader = bus.watch(trashChanged, scope === 'EVERYBODY' ? everybody : actor.userId)
    return mapped(
      startingWith(() => ({ at: clock.now() }), reader),
      ({ at }) => ({ at, scope }),
      () => false,
    )
  }

  /**
   * Puts an item back where it stood, or to `to`; folders that are gone are made again. With KEEP_BOTH it becomes `name (2)` where its
   * name is taken. Errors: TRASH_ITEM_NOT_FOUND, NAME_TAKEN, FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, FORBIDDEN, INVALID_INPUT.
   */
  async restore(actor: Actor, wish: { id: string; to: string | null; ifExists: RestoreConflict }): Promise<StoredFile> {
    return this.#audited(actor, 'trash.restore', wish.to ?? wish.id, { id: wish.id.slice(0, 64) }, async () => {
      requireUseTrash(actor)
      const [item] = await this.#require(actor, [wish.id], 'id')
      if (!item) throw new TrashItemNotFound()
      const to = parsePath(wish.to ?? item.path, 'to')
      requireRestoreTo(actor, to)
      const file = await this.#deps.bin.restore(item.id, to, wish.ifExists === 'KEEP_BOTH')
      return { result: file, target: file.path }
    })
  }

  /** Deletes items for good, all of them or none. Returns how many. Errors: TRASH_ITEM_NOT_FOUND, FORBIDDEN, INVALID_INPUT. */
  async deleteItems(actor: Actor, ids: readonly string[]): Promise<TrashTotals> {
    return this.#audited(actor, 'trash.delete', ids.length === 1 ? (ids[0] ?? '') : `${ids.length} items`, {}, async () => {
      requireUseTrash(actor)
      if (ids.length === 0 || ids.length > mostIds) throw new InvalidInput(`Name 1 to ${mostIds} items.`, 'ids')
      const items = await this.#require(actor, [...new Set(ids)], 'ids')
      const totals = await this.#discard(actor, items)
      // Somebody else was faster.
      if (totals.count === 0) throw new TrashItemNotFound('ids')
      return { result: totals, target: items.length === 1 ? (items[0]?.path ?? '') : `${items.length} items` }
    })
  }

  /** Deletes all of a trash for good, as it is now. Returns how much that was. Errors: FORBIDDEN. */
  async empty(actor: Actor, scope: TrashScope): Promise<TrashTotals> {
    return this.#audited(actor, 'trash.empty', scope === 'MINE' ? 'own' : 'everybody', {}, async () => {
      requireUseTrash(actor)
      requireReach(actor, scope)
      const total = { count: 0, size: 0 }
      const last = await this.#database.trashItem.findFirst({ where: whereOf(actor, scope), orderBy: { id: 'desc' }, select: { id: true } })
      for (let after = ''; last; ) {
        const items = await this.#database.trashItem.findMany({
          where: { ...whereOf(actor, scope), id: { gt: after, lte: last.id } },
          orderBy: { id: 'asc' },
          take: atOnce,
        })
        const end = items.at(-1)
        if (!end) break
        after = end.id
        const { count, size } = await this.#discard(actor, items)
        total.count += count
        total.size += size
      }
      return { result: total, target: null }
    })
  }

  /** Administrators only. */
  retention(actor: Actor): TrashRetention {
    requireManageTrash(actor)
    return this.#deps.settings.get(trashRetention)
  }

  /** What is older or more goes at the next daily look. Administrators only; null for what stays. Errors: FORBIDDEN, INVALID_INPUT. */
  async changeRetention(actor: Actor, change: { days: number | null; percent: number | null }): Promise<TrashRetention> {
    const { audit, settings } = this.#deps
    try {
      requireManageTrash(actor)
      const { days, percent } = settings.get(trashRetention)
      return await settings.set(actor, trashRetention, { days: change.days ?? days, percent: change.percent ?? percent })
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'settings.change', target: trashRetention.key, result: error.code })
      throw error
    }
  }

  get #database() {
    return this.#deps.bin.deps.tree.deps.database
  }

  async #require(actor: Actor, ids: readonly string[], field: string) {
    const wanted = ids.filter(isItemId)
    const rows = await this.#database.trashItem.findMany({ where: { id: { in: wanted }, state: 'KEPT' } })
    const found = rows.filter((row) => maySeeItem(actor, row))
    if (found.length < ids.length) throw new TrashItemNotFound(field)
    return found
  }

  async #discard(actor: Actor, items: readonly { readonly id: string; readonly path: string }[]): Promise<TrashTotals> {
    const totals = { count: 0, size: 0 }
    for (let at = 0; at < items.length; at += atOnce) {
      const batch = items.slice(at, at + atOnce)
      const gone = await this.#deps.bin.discard(
        batch.map(({ id }) => id),
        { actor, path: batch[0]?.path ?? '' },
      )
      totals.count += gone.length
      for (const { size } of gone) totals.size += Number(size ?? 0n)
    }
    return totals
  }

  async #audited<T>(
    actor: Actor,
    action: string,
    asked: string,
    details: Record<string, string>,
    run: () => Promise<{ result: T; target: string | null }>,
  ): Promise<T> {
    const record = (result: string, target: string, more: Record<string, string | number> = {}) =>
      this.#deps.audit.record(actor, {
        action,
        target: target.slice(0, 4_096).toWellFormed().replaceAll('\u0000', '\ufffd'),
        result,
        details: { ...details, ...more },
      })
    try {
      const { result, target } = await run()
      await record('ok', target ?? asked)
      return result
    } catch (error) {
      if (error instanceof Problem) await record(error.code, asked)
      throw error
    }
  }
}

function whereOf(actor: Actor, scope: TrashScope) {
  const kept = { state: 'KEPT' as const }
  return scope === 'EVERYBODY' ? kept : { ...kept, ownerId: actor.kind === 'user' ? actor.userId : '' }
}
