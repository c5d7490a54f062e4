import type { Database, DatabaseProvider, DatabaseTransaction } from '../platform/db.ts'
import { tables } from './allow-list.ts'
import type { ColumnEntry } from './columns.ts'
import { type ModelColumn, readModels } from './test-models.ts'

/** Stands in every hidden column of the rows that are made here, and nowhere else. */
export const secretMark = 'zzsecret'
export const seededRows = 3

/** Rows in every table, with every column filled in the first ones, and all that can be empty empty in the last. */
export async function seedEverything(database: Database, provider: DatabaseProvider): Promise<void> {
  const seed = async (transaction: DatabaseTransaction) => {
    for (const model of readModels()) {
      const entries = tables.get(model.name)?.columns
      const rows = Array.from({ length: seededRows }, (_, at) =>
        Object.fromEntries(model.columns.flatMap((column) => given(column, entries?.get(column.name), at))),
      )
      const delegate = transaction[(model.name.charAt(0).toLowerCase() + model.name.slice(1)) as 'user']
      for (const data of rows) await delegate.create({ data: data as never, select: undefined as never })
    }
  }
  // Nothing that rows refer to is there.
  if (provider === 'sqlite') {
    await database.$executeRawUnsafe('PRAGMA foreign_keys = OFF')
    await seed(database)
  } else {
    await database.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe(`SET LOCAL session_replication_role = 'replica'`)
      await seed(transaction)
    })
  }
}

function given({ name, optional, type }: ModelColumn, entry: ColumnEntry | undefined, at: number): [string, unknown][] {
  if (optional && at === seededRows - 1) return []
  return [[name, plain(name, type, entry, at)]]
}

function plain(name: string, type: string, entry: ColumnEntry | undefined, at: number): unknown {
  const mark = entry?.shown ? 'zz' : secretMark
  if (type === 'String') return `${mark}-Ärger-${name}-${at}`
  if (type === 'Bytes') return Buffer.from(`${mark}-${at}`)
  if (type === 'Json') return { b: [`${mark}-${at}`], a: at }
  if (type === 'DateTime') return new Date(Date.UTC(2020, 0, 1 + at, 12, 30, 15, 250))
  if (type === 'Boolean') return at % 2 === 0
  if (type === 'Int') return 1_000_000_000 + at
  if (type === 'Float') return 12.5 + at
  if (type === 'BigInt') return 9_000_000_000_000n + BigInt(at)
  const { choices } = entry?.shown ? entry : { choices: [] }
  return choices[at % choices.length]
}
