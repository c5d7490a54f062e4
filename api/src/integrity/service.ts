import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { nameOf, parentPath, parsePath, rootPath } from '../files/path.ts'
import { describes } from '../files/rows.ts'
import type { FileTree } from '../files/tree.ts'
import { type Job, openStates } from '../jobs/model.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { jobOf } from '../jobs/rows.ts'
import { type Reader, startingWith } from '../platform/bus.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import { type Damages, damageOf } from './damages.ts'
import { DamageNotFound, DamageSettled } from './errors.ts'
import { type FileDamage, type FileDamageState, type FileScrub, integrityChanged } from './model.ts'
import { requireManageIntegrity, requireReadIntegrity } from './policy.ts'
import type { Quarantine } from './quarantine.ts'
import { scrubKind } from './scrub-job.ts'
import { scrubSetting } from './settings.ts'

export interface IntegrityDeps {
  readonly tree: FileTree
  readonly damages: Damages
  readonly quarantine: Quarantine
  readonly queue: JobQueue
  readonly settings: SettingsService
  readonly audit: Pick<AuditService, 'record'>
}

/** How the files are, as far as it is known. */
export interface Integrity {
  /** The newest that came to its end; null before. */
  readonly lastScrub: FileScrub | null
  /** Of the reading that is under way or waits; null without one. */
  readonly jobId: string | null
  readonly openDamages: number
  readonly quarantined: number
  readonly megabytesPerSecond: number
  readonly quarantine: boolean
}

export interface DamagePage {
  readonly rows: FileDamage[]
  readonly totalCount: number
}

/** Whether files still are what they were, and what happens to those that are not. Administrators only. */
export class IntegrityService {
  readonly #deps: IntegrityDeps

  constructor(deps: IntegrityDeps) {
    this.#deps = deps
  }

  async read(actor: Actor): Promise<Integrity> {
    requireReadIntegrity(actor)
    const { settings, tree } = this.#deps
    const { database } = tree.deps
    const [last, job, openDamages, quarantined] = await Promise.all([
      database.fileScrub.findFirst({ where: { NOT: { endedAt: null } }, orderBy: { endedAt: 'desc' } }),
      database.job.findFirst({ where: { kind: scrubKind, state: { in: openStates } }, orderBy: { id: 'asc' }, select: { id: true } }),
      database.fileDamage.count({ where: { state: 'OPEN' } }),
      database.fileDamage.count({ where: { state: 'QUARANTINED' } }),
    ])
    const lastScrub = last ? { ...last, bytes: Number(last.bytes), directBytes: Number(last.directBytes) } : null
    return { lastScrub, jobId: job?.id ?? null, openDamages, quarantined, ...settings.get(scrubSetting) }
  }

  /** The newest first. Errors: INVALID_INPUT for a cursor that is none. */
  async damages(
    actor: Actor,
    page: { limit: number; after: string | null; states: readonly FileDamageState[] | null },
  ): Promise<DamagePage> {
    requireReadIntegrity(actor)
    if (page.after !== null && !/^[0-9a-z]{1,40}$/i.test(page.after)) throw new InvalidInput('This cursor is not of this listing.', 'after')
    const { database } = this.#deps.tree.deps
    const where = page.states ? { state: { in: [...page.states] } } : {}
    const rows = await database.fileDamage.findMany({
      where: page.after === null ? where : { ...where, id: { lt: page.after } },
      orderBy: { id: 'desc' },
      take: page.limit,
    })
    return { rows: rows.map(damageOf), totalCount: await database.fileDamage.count({ where }) }
  }

  /** As it is, then after each change. */
  watch(actor: Actor): Reader<{ readonly at: Date }> {
    requireReadIntegrity(actor)
    const { bus, clock } = this.#deps.tree.deps
    return startingWith(() => ({ at: clock.now() }), bus.watch(integrityChanged, ''))
  }

  /** Begins to read all files; the job that does so already when there is one. Errors: FORBIDDEN, TOO_MANY_JOBS. */
  start(actor: Actor): Promise<Job> {
    return this.#refusable(actor, 'integrity.start', null, async () => {
      requireManageIntegrity(actor)
      const { audit, damages, queue, tree } = this.#deps
      const open = await tree.deps.database.job.findFirst({ where: { kind: scrubKind, state: { in: openStates } }, orderBy: { id: 'asc' } })
      const job = open ? jobOf(open) : await queue.add(actor, { kind: scrubKind, input: {} })
      await audit.record(actor, { action: 'integrity.start', target: null, result: 'ok', details: { jobId: job.id } })
      damages.tell()
      return job
    })
  }

  /** The content as it is now is the right one from now on. Errors: DAMAGE_NOT_FOUND, DAMAGE_SETTLED, FORBIDDEN. */
  accept(actor: Actor, id: string): Promise<FileDamage> {
    return this.#refusable(actor, 'integrity.accept', id, async () => {
      const damage = await this.#require(actor, id, 'OPEN')
      const { damages, tree } = this.#deps
      const path = parsePath(damage.path)
      await using place = await tree.open(parentPath(path) ?? rootPath)
      const stat = await place.folder.look(nameOf(path))
      const row = await tree.deps.database.fileEntry.findUnique({ where: { id: damage.entryId } })
      // What was looked at must still be what is there: nobody accepts what nobody has read.
      if (!stat || !row || row.parentId !== place.row.id || row.name !== nameOf(path) || !describes(row, stat)) throw new DamageSettled()
      const settled = await damages.settle(actor, damage, 'ACCEPTED', {
        action: 'integrity.accept',
        also: async (transaction) => {
          await transaction.fileEntry.update({ where: { id: damage.entryId }, data: { sha256: damage.found } })
        },
      })
      if (!settled) throw new DamageSettled()
      return settled
    })
  }

  /** Takes the file out of the tree; nothing of it is lost. Errors: DAMAGE_NOT_FOUND, DAMAGE_SETTLED, FORBIDDEN. */
  quarantine(actor: Actor, id: string): Promise<FileDamage> {
    return this.#refusable(actor, 'integrity.quarantine', id, async () =>
      this.#deps.quarantine.take(actor, await this.#require(actor, id, 'OPEN')),
    )
  }

  /** Puts it back where it was, damaged as it is. Errors: DAMAGE_NOT_FOUND, DAMAGE_SETTLED, NAME_TAKEN, FILE_NOT_FOUND, FORBIDDEN. */
  restore(actor: Actor, id: string): Promise<FileDamage> {
    return this.#refusable(actor, 'integrity.restore', id, async () =>
      this.#deps.quarantine.giveBack(actor, await this.#require(actor, id, 'QUARANTINED'), 'OPEN'),
    )
  }

  /** Errors: INVALID_INPUT, FORBIDDEN. */
  async configure(
    actor: Actor,
    input: { megabytesPerSecond?: number | null | undefined; quarantine?: boolean | null | undefined },
  ): Promise<Integrity> {
    await this.#refusable(actor, 'settings.change', scrubSetting.key, async () => {
      requireManageIntegrity(actor)
      const { settings } = this.#deps
      const now = settings.get(scrubSetting)
      const megabytesPerSecond = input.megabytesPerSecond ?? now.megabytesPerSecond
      await settings.set(actor, scrubSetting, { megabytesPerSecond, quarantine: input.quarantine ?? now.quarantine })
    })
    this.#deps.damages.tell()
    return this.read(actor)
  }

  async #require(actor: Actor, id: string, state: FileDamageState): Promise<FileDamage> {
    requireManageIntegrity(actor)
    const row = await this.#deps.tree.deps.database.fileDamage.findUnique({ where: { id } })
    if (!row) throw new DamageNotFound()
    if (row.state !== state) throw new DamageSettled()
    return damageOf(row)
  }

  async #refusable<T>(actor: Actor, action: string, target: string | null, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem) await this.#deps.audit.record(actor, { action, target, result: error.code })
      throw error
    }
  }
}
