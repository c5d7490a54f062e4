import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import type { DiffTarget, MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'
import { createAdapter, type Database, type DatabaseAddress, type DatabaseProvider } from './db.ts'

const prismaFolder = fileURLToPath(new URL('../../../prisma', import.meta.url))
const filters = { externalTables: [], externalEnums: [] }

export interface Migration {
  readonly name: string
  readonly sql: string
}

export async function readMigrations(provider: DatabaseProvider): Promise<Migration[]> {
  const folder = `${prismaFolder}/${provider}/migrations`
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(names.sort().map(async (name) => ({ name, sql: await readFile(`${folder}/${name}/migration.sql`, 'utf8') })))
}

/**
 * True when the database has exactly these migrations, whole and unchanged. Asked at every start so that the migration
 * engine (WebAssembly, tens of MB) is only loaded when there is something for it to do.
 */
export async function isMigrated(database: Database, migrations: readonly Migration[]): Promise<boolean> {
  try {
    const { changed, missing, unknown } = await migrationState(database, migrations)
    return missing.length + unknown.length + changed.length === 0
  } catch {
    return false
  }
}

/** As Prisma's migration engine keeps them. */
interface AppliedRow {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: unknown
  readonly rolled_back_at: unknown
}

/** Names of migrations that were not applied whole, that nobody here knows, and that were applied with other contents. */
export async function migrationState(
  database: Database,
  migrations: readonly Migration[],
): Promise<{ readonly missing: string[]; readonly unknown: string[]; readonly changed: string[] }> {
  const rows = await database.$queryRaw<AppliedRow[]>`
    SELECT migration_name, checksum, finished_at, rolled_back_at FROM _prisma_migrations`
  const applied = new Map(rows.filter((row) => row.finished_at && !row.rolled_back_at).map((row) => [row.migration_name, row.checksum]))
  const known = new Map(migrations.map(({ name, sql }) => [name, createHash('sha256').update(sql).digest('hex')]))
  return {
    missing: [...known.keys()].filter((name) => !applied.has(name)),
    // Also one that was begun and never finished, beside the one that was.
    unknown: rows
      .filter((row) => !known.has(row.migration_name) || !row.finished_at || row.rolled_back_at)
      .map((row) => row.migration_name),
    changed: [...known].filter(([name, checksum]) => applied.has(name) && applied.get(name) !== checksum).map(([name]) => name),
  }
}

/** Applies what is missing with Prisma's own migration engine. Returns the names of the migrations applied now. */
export async function applyMigrations(address: DatabaseAddress): Promise<string[]> {
  const { engine, close } = await createEngine(address)
  try {
    const output = await engine.applyMigrations({ migrationsList: await migrationList(address.provider), filters })
    return output.appliedMigrationNames
  } finally {
    await close()
  }
}

/** The SQL that leads from one datamodel to another, empty when they agree. Needs no database: `address` only names the dialect. */
export async function diffDatamodels(address: DatabaseAddress, from: string, to: string): Promise<string> {
  const { engine, close } = await createEngine(address, to)
  try {
    const { stdout } = await engine.diff({
      from: from.includes('model ') ? datamodelTarget(from) : { tag: 'empty' },
      to: datamodelTarget(to),
      script: true,
      exitCode: null,
      filters,
    })
    return /empty migration/i.test(stdout ?? '') ? '' : (stdout ?? '')
  } finally {
    await close()
  }
}

function datamodelTarget(content: string): DiffTarget {
  return { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] }
}

/** All models as one text. */
export async function readModels(): Promise<string> {
  const names = (await readdir(`${prismaFolder}/models`)).sort()
  return (await Promise.all(names.map((name) => readFile(`${prismaFolder}/models/${name}`, 'utf8')))).join('\n')
}

/** Models under one provider's datasource: what the engine calls a datamodel. */
export async function readDatamodel(provider: DatabaseProvider, models?: string): Promise<string> {
  const datasource = await readFile(`${prismaFolder}/${provider}/datasource.prisma`, 'utf8')
  return `${datasource}\n${models ?? (await readModels())}`
}

async function createEngine(address: DatabaseAddress, datamodel?: string): Promise<{ engine: SchemaEngine; close(): Promise<void> }> {
  const { SchemaEngine } = await loadEngine()
  const factory = await createAdapter(address)
  const connections: SqlDriverAdapter[] = []
  const connect = factory.connect.bind(factory)
  factory.connect = async () => {
    const connection = await connect()
    connections.push(connection)
    return connection
  }
  const datamodels: [string, string][] = [['schema.prisma', datamodel ?? (await readDatamodel(address.provider))]]
  const engine = await SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(factory))
  const close = async () => {
    engine.free()
    // The engine leaves them open, and with them PostgreSQL's lock that lets one migration run at a time.
    for (const connection of connections) await connection.dispose()
  }
  return { engine, close }
}

let loading: ReturnType<typeof loadEngineOnce> | undefined

/** Once per process: the package's glue code can serve one WebAssembly instance only. */
function loadEngine(): ReturnType<typeof loadEngineOnce> {
  loading ??= loadEngineOnce()
  return loading
}

/** The package imports its .wasm as an ES module, which Node still calls experimental; reading the bytes says the same without the warning. */
async function loadEngineOnce(): Promise<typeof import('@prisma/schema-engine-wasm')> {
  const require = createRequire(import.meta.url)
  const entry = require.resolve('@prisma/schema-engine-wasm')
  const glue = await import(entry.replace('schema_engine.js', 'schema_engine_bg.js'))
  const bytes = await readFile(entry.replace('schema_engine.js', 'schema_engine_bg.wasm'))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  ;(instance.exports.__wbindgen_start as () => void)()
  return glue
}

async function migrationList(provider: DatabaseProvider): Promise<MigrationList> {
  const migrations = await readMigrations(provider)
  return {
    baseDir: `${prismaFolder}/${provider}/migrations`,
    lockfile: { path: 'migration_lock.toml', content: `provider = "${provider}"\n` },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map((migration) => ({
      path: migration.name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: migration.sql } },
    })),
  }
}
