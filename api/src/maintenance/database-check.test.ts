import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { checkTables } from './postgresql.ts'
import { checkFile } from './sqlite.ts'

const never = new AbortController().signal

test('a sound file has no faults, a damaged one is told, and a check can be stopped', async () => {
  const { database, address, drop } = await createTestDatabase('sqlite')
  const file = address.url.slice('file:'.length)
  try {
    for (let index = 0; index < 200; index++)
      await database.setting.create({ data: { key: `k${index}`, value: { text: 'x'.repeat(500) }, changedAt: new Date() } })
    await database.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)')
    expect(await checkFile(address, true, never)).toEqual([])
    expect(await checkFile(address, false, never)).toEqual([])
    await expect(checkFile(address, true, AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped')
    await database.$disconnect()
    const bytes = readFileSync(file)
    const damaged = `${file}.damaged`
    bytes.fill(0xa5, bytes.length - 40 * 4_096, bytes.length - 4 * 4_096)
    writeFileSync(damaged, bytes)
    expect((await checkFile({ provider: 'sqlite', url: `file:${damaged}` }, true, never)).length).toBeGreaterThan(0)
  } finally {
    await drop()
  }
})

test.runIf((await testedProviders()).includes('postgresql'))('every table of PostgreSQL is read', async () => {
  const { database, drop } = await createTestDatabase('postgresql')
  try {
    const seen: string[] = []
    const onTable = (_done: number, _total: number, table: string) => seen.push(table)
    expect(await checkTables(database, true, { signal: never, onTable })).toEqual([])
    expect(seen).toContain('ScheduleRun')
    await database.$executeRaw`UPDATE pg_index SET indisvalid = false WHERE indexrelid = '"Job_kind_id_idx"'::regclass`
    expect(await checkTables(database, false, { signal: never, onTable })).toEqual(['The index "Job_kind_id_idx" cannot be used.'])
  } finally {
    await drop()
  }
})
