import { join, sqltag as sql } from '@prisma/client/runtime/client'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import type { ChainState } from './chain.ts'
import type { AuditEntry } from './model.ts'

// Written on behalf of everything that people do: by hand, at half of what the client's own way costs.

/** As many as fit into the parameters of one statement. */
const rowsAtOnce = 200

export async function insertEntries(transaction: DatabaseTransaction, entries: readonly AuditEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += rowsAtOnce) {
    const rows = entries.slice(from, from + rowsAtOnce).map(
      (entry) => sql`(${entry.sequence}, ${entry.id}, ${entry.at}, ${entry.actorId}, ${entry.actorName}, ${entry.keyId}, ${entry.address},
        ${entry.client}, ${entry.requestId}, ${entry.action}, ${entry.target}, ${entry.result}, ${json(entry.before)},
        ${json(entry.after)}, ${json(entry.details)}, ${entry.hash})`,
    )
    await transaction.$executeRaw(
      sql`INSERT INTO "AuditEntry" ("sequence", "id", "at", "actorId", "actorName", "keyId", "address", "client", "requestId", "action",
        "target", "result", "before", "after", "details", "hash") VALUES ${join(rows)}`,
    )
  }
}

/** Locks the row until the transaction ends: on PostgreSQL by the update, SQLite has one writer at a time anyway. */
export async function lockState(transaction: DatabaseTransaction): Promise<ChainState | null> {
  const rows = await transaction.$queryRaw<ChainState[]>(sql`UPDATE "AuditChain" SET "id" = 1 WHERE "id" = 1 RETURNING *`)
  return rows[0] ?? null
}

/** False when there is one already. */
export async function createState(transaction: DatabaseTransaction): Promise<boolean> {
  const inserted = await transaction.$executeRaw(
    sql`INSERT INTO "AuditChain" ("id", "headSequence", "headHash", "prunedSequence", "prunedHash", "seal") VALUES (1, 0, '', 0, '', '')
      ON CONFLICT DO NOTHING`,
  )
  return inserted === 1
}

/** Oldest first, after this one and up to that one. */
export async function readEntries(database: Database, after: number, upTo: number, limit: number): Promise<AuditEntry[]> {
  return database.$queryRaw<AuditEntry[]>(
    sql`SELECT * FROM "AuditEntry" WHERE "sequence" > ${after} AND "sequence" <= ${upTo} ORDER BY "sequence" LIMIT ${limit}`,
  )
}

/** False when the row is not as expected any more. Locks it until the transaction ends. */
export async function replaceState(transaction: DatabaseTransaction, expected: ChainState, state: ChainState): Promise<boolean> {
  const changed = await transaction.$executeRaw(
    sql`UPDATE "AuditChain" SET "headSequence" = ${state.headSequence}, "headHash" = ${state.headHash},
      "prunedSequence" = ${state.prunedSequence}, "prunedHash" = ${state.prunedHash}, "seal" = ${state.seal}
      WHERE "id" = 1 AND "headSequence" = ${expected.headSequence} AND "headHash" = ${expected.headHash} AND "seal" = ${expected.seal}`,
  )
  return changed === 1
}

function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}
