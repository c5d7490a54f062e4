import { degraded, type HealthComponent, type Report, running } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import type { Bus } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'
import { integrityChanged } from './model.ts'

/** Whether a file is known to be damaged. Asks the database alone. */
export function integrityHealth(database: Database, bus: Bus): HealthComponent {
  const check = async (): Promise<Report> => {
    const [open, quarantined] = await Promise.all([
      database.fileDamage.count({ where: { state: 'OPEN' } }),
      database.fileDamage.count({ where: { state: 'QUARANTINED' } }),
    ])
    const details: Detail[] = [
      { name: 'damagedFiles', value: open, unit: 'COUNT' },
      { name: 'quarantinedFiles', value: quarantined, unit: 'COUNT' },
    ]
    if (open === 0) return running({ details })
    const message = open === 1 ? 'One file is not what its checksum says.' : `${open} files are not what their checksums say.`
    return degraded('FILES_DAMAGED', message, { details })
  }
  return {
    name: 'integrity',
    title: 'Integrity of files',
    kind: 'INTERNAL',
    dependsOn: ['storage', 'database'],
    required: false,
    notRestartable: 'It only tells what the last reading of all files has found.',
    everyMs: 10_000,
    check,
    push(report) {
      const changes = bus.watch(integrityChanged, '')
      const follow = async () => {
        for await (const _ of changes) report(await check())
      }
      // What cannot be asked now is asked again with the next check.
      void follow().catch(() => {})
      return () => void changes.return()
    },
  }
}
