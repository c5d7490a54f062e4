import type { Database, DatabaseProvider } from '../../platform/db.ts'
import { type Migration, migrationState, readMigrations } from '../../platform/migrations.ts'
import { failed, type HealthComponent, running } from '../component.ts'

/** Whether the tables are still those of this release: another one may have been started on the same database meanwhile. */
export function migrationsHealth({ database, provider }: { database: Database; provider: DatabaseProvider }): HealthComponent {
  let known: Promise<Migration[]> | null = null
  return {
    name: 'migrations',
    title: 'Tables of the database',
    kind: 'EXTERNAL',
    dependsOn: ['database'],
    required: true,
    everyMs: 55_000,
    notRestartable: 'Tables are brought to this release at its start: restart the server.',
    async check() {
      known ??= readMigrations(provider)
      const migrations = await known
      const { changed, missing, unknown } = await migrationState(database, migrations)
      const details = [
        { name: 'migrations', value: migrations.length, unit: 'COUNT' as const },
        { name: 'newestMigration', value: migrations.at(-1)?.name ?? '' },
      ]
      const faults = [...missing, ...unknown, ...changed]
      if (faults.length === 0) return running({ details })
      return failed('MIGRATIONS_DIFFER', `The tables are not those of this release: ${faults.slice(0, 3).join(', ')}.`, { details })
    },
  }
}
