import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { closeDatabase, startDatabase } from '../platform/database-start.ts'
import { tidyTables } from './postgresql.ts'
import { tidyFile } from './sqlite.ts'

const never = new AbortController().signal

test('a file that this release has made becomes smaller when much was removed', async () => {
  const folder = mkdtempSync(`${tmpdir()}/baluhost-maintenance-`)
  const file = `${folder}/test.db`
  const address = { provider: 'sqlite', url: `file:${file}` } as const
  const database = await startDatabase(address, pino({ level: 'silent' }))
  try {
    expect(
      (await database.$queryRawUnsafe<{ auto_vacuum: number | bigint }[]>('PRAGMA auto_vacuum')).map((row) => Number(row.auto_vacuum)),
    ).toEqual([2])
    const rows = Array.from({ length: 500 }, (_, at) => ({ key: `k${at}`, value: { text: 'x'.repeat(4_000) }, changedAt: new Date() }))
    await database.setting.createMany({ data: rows })
    await database.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)')
    const before = statSync(file).size
    await database.setting.deleteMany({})
    const { size, free, givenBack } = await tidyFile(database, never)
    expect(givenBack).toBeGreaterThan(1_000_000)
    expect(free).toBe(0)
    expect(statSync(file).size).toBe(size)
    expect(size).toBe(before - givenBack)
  } finally {
    await closeDatabase(database, address)
    rmSync(folder, { recursive: true, force: true })
  }
})

test.runIf((await testedProviders()).includes('postgresql'))(
  'every table of PostgreSQL has statistics then, and it can be stopped between two',
  async () => {
    const { database, drop } = await createTestDatabase('postgresql')
    try {
      await expect(tidyTables(database, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
      await database.setting.create({ data: { key: 'k', value: {}, changedAt: new Date() } })
      expect(await tidyTables(database, never)).toBeGreaterThan(0)
      const [row] = await database.$queryRaw<{ rows: number }[]>`SELECT reltuples AS "rows" FROM pg_class WHERE oid = '"Setting"'::regclass`
      expect(row?.rows).toBe(1)
    } finally {
      await drop()
    }
  },
)
