import { PrismaLibSql } from '@prisma/adapter-libsql'
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import type { PrismaClient } from '../generated/sqlite/client.ts'
import { withTransactionScopes } from './transaction-scope.ts'

export type DatabaseProvider = 'sqlite' | 'postgresql'

/**
 * The typed client. Both providers are generated from one set of models; SQLite's types serve for both, so code can only
 * use what both know.
 */
export type Database = PrismaClient

/** The part of the client that works inside an interactive transaction as well. */
export type DatabaseTransaction = Parameters<Parameters<Database['$transaction']>[0]>[0]

export interface DatabaseAddress {
  readonly provider: DatabaseProvider
  /** `file:…` or `postgresql://…`. */
  readonly url: string
}

/**
 * In milliseconds. On SQLite one transaction runs at a time and the others wait; the library's own two seconds are less than a
 * machine under load takes, and whoever waited would be told of a fault.
 */
const transactionOptions = { maxWait: 30_000, timeout: 60_000 }

type LibSqlClient = ReturnType<PrismaLibSql['createClient']>
type Statement = Parameters<LibSqlClient['migrate']>[0][number]

/** How long one statement waits for another process's lock. */
const busyTimeoutMilliseconds = 5_000

/**
 * libsql's own client opens a new connection for every transaction and leaves the old one to the garbage collector.
 * Prisma's adapter already runs one transaction at a time, so the transaction can stay on the connection there is.
 */
class SingleConnectionLibSql extends PrismaLibSql {
  override createClient(config: Parameters<PrismaLibSql['createClient']>[0]): LibSqlClient {
    const client = super.createClient(config)
    // Looked up at each call, as the library's own methods do.
    const library: { execute(statement: Statement): ReturnType<LibSqlClient['execute']> } = Object.getPrototypeOf(client)
    const execute = (statement: Statement) => library.execute.call(client, statement)
    client.execute = async (statement: Statement) => {
      const sql = typeof statement === 'string' ? statement : statement.sql
      if (!sql.startsWith('PRAGMA incremental_vacuum')) return execute(statement)
      // It steps once for each page and has no columns: the library would step once, and leave the statement open with its lock.
      await client.executeMultiple(sql)
      return execute('SELECT 1 WHERE 0')
    }
    client.transaction = async () => {
      // IMMEDIATE: a transaction that reads and then writes must not find out at its first write that it is too late.
      await client.execute('BEGIN IMMEDIATE')
      let closed = false
      const end = async (statement: 'COMMIT' | 'ROLLBACK') => {
        if (closed) return
        closed = true
        await client.execute(statement)
      }
      return {
        execute: (statement) => client.execute(statement),
        batch: async (statements) => {
          const results = []
          for (const statement of statements) results.push(await client.execute(statement))
          return results
        },
        executeMultiple: (sql) => client.executeMultiple(sql),
        commit: () => end('COMMIT'),
        rollback: () => end('ROLLBACK'),
        close: () => void end('ROLLBACK'),
        get closed() {
          return closed
        },
      }
    }
    return client
  }
}

export async function createAdapter(address: DatabaseAddress): Promise<SqlMigrationAwareDriverAdapterFactory> {
  if (address.provider === 'sqlite') {
    return new SingleConnectionLibSql({ url: address.url, timeout: busyTimeoutMilliseconds })
  }
  const { PrismaPg } = await import('@prisma/adapter-pg')
  return new PrismaPg({ connectionString: address.url })
}

export async function openDatabase(address: DatabaseAddress): Promise<Database> {
  const adapter = await createAdapter(address)
  if (address.provider === 'sqlite') {
    const { PrismaClient } = await import('../generated/sqlite/client.ts')
    const client = new PrismaClient({ adapter, transactionOptions })
    await giveSpaceBack(client)
    // WAL: readers and the writer do not wait for each other. synchronous is FULL by libsql's build: what was answered is on disk.
    await client.$queryRawUnsafe('PRAGMA journal_mode=WAL')
    return withTransactionScopes(client)
  }
  const { PrismaClient } = await import('../generated/postgresql/client.ts')
  return withTransactionScopes(new PrismaClient({ adapter, transactionOptions }) as unknown as Database)
}

/**
 * Lets the file become smaller without being written anew. SQLite takes that only before the first page is written, and WAL writes one: a file
 * that is there already stays as it is, and uses again what is free in it.
 */
async function giveSpaceBack(client: PrismaClient): Promise<void> {
  const [row] = await client.$queryRawUnsafe<{ page_count: number | bigint }[]>('PRAGMA page_count')
  if (Number(row?.page_count) === 0) await client.$queryRawUnsafe('PRAGMA auto_vacuum = INCREMENTAL')
}
