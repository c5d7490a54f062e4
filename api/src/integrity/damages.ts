import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { type FileDamage, type FileDamageState, integrityChanged } from './model.ts'

type DamageRow = NonNullable<Awaited<ReturnType<Database['fileDamage']['findUnique']>>>

export interface DamagesDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly audit: Pick<AuditService, 'record'>
}

export function damageOf(row: DamageRow): FileDamage {
  return { ...row, size: Number(row.size) }
}

/** What was found damaged, and what became of it: rows, entries of the audit log, and word to whoever watches. */
export class Damages {
  readonly #deps: DamagesDeps

  constructor(deps: DamagesDeps) {
    this.#deps = deps
  }

  /** Writes down a damage; one of this file that is open already is brought up to date. Returns it, and whether it is new. */
  async note(
    actor: Actor,
    found: Pick<FileDamage, 'entryId' | 'path' | 'expected' | 'found' | 'size' | 'touchedAt'>,
  ): Promise<{ damage: FileDamage; isNew: boolean }> {
    const { audit, clock, database } = this.#deps
    const known = await database.fileDamage.findFirst({ where: { entryId: found.entryId, state: 'OPEN' } })
    if (known) {
      const { path, found: sha256, touchedAt } = found
      return {
        isNew: false,
        damage: damageOf(await database.fileDamage.update({ where: { id: known.id }, data: { path, found: sha256, touchedAt } })),
      }
    }
    const now = clock.now()
    const row = await database.$transaction(async (transaction) => {
      const data = { id: createId(now.getTime()), ...found, size: BigInt(found.size), foundAt: now, state: 'OPEN' as const }
      const details = { expected: found.expected, found: found.found }
      await audit.record(actor, { action: 'integrity.damage', target: found.path, result: 'ok', details }, transaction)
      return transaction.fileDamage.create({ data })
    })
    this.tell()
    return { damage: damageOf(row), isNew: true }
  }

  /** Moves a damage on, if it is still in one of these states. Null when it was not. `transaction` is told before it ends. */
  async settle(
    actor: Actor,
    damage: FileDamage,
    to: FileDamageState,
    { action, also }: { action: string; also?: (transaction: DatabaseTransaction) => Promise<void> },
  ): Promise<FileDamage | null> {
    const { audit, clock, database } = this.#deps
    const settledByName = actor.kind === 'user' ? actor.username : null
    const row = await database.$transaction(async (transaction) => {
      const settled = to === 'OPEN' ? { settledAt: null, settledByName: null } : { settledAt: clock.now(), settledByName }
      const where = { id: damage.id, state: damage.state }
      const { count } = await transaction.fileDamage.updateMany({ where, data: { state: to, ...settled } })
      if (count === 0) return null
      await also?.(transaction)
      await audit.record(
        actor,
        { action, target: damage.path, result: 'ok', before: { state: damage.state }, after: { state: to } },
        transaction,
      )
      return transaction.fileDamage.findUniqueOrThrow({ where: { id: damage.id } })
    })
    this.tell()
    return row ? damageOf(row) : null
  }

  /** The open damage of a file; null without one. */
  async openOf(entryId: number): Promise<FileDamage | null> {
    const row = await this.#deps.database.fileDamage.findFirst({ where: { entryId, state: 'OPEN' } })
    return row ? damageOf(row) : null
  }

  tell(): void {
    this.#deps.bus.publish(integrityChanged, '', { at: this.#deps.clock.now() })
  }
}
