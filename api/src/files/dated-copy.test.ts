import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { datedName } from './dated-copy.ts'

const at = new Date(2026, 10, 8, 3, 5, 9)

test('the time stands before the ending, and a long name loses letters rather than its time', () => {
  expect(datedName('Photos', at)).toBe('Photos 2026-11-08 03.05.09')
  expect(datedName('a.tar.gz', at)).toBe('a.tar 2026-11-08 03.05.09.gz')
  expect(datedName('.config', at)).toBe('.config 2026-11-08 03.05.09')
  const long = datedName(`${'ü😀'.repeat(40)}.txt`, at)
  expect(long).toMatch(/^ü😀.* 2026-11-08 03\.05\.09\.txt$/u)
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255)
})

describe.each(await testedProviders())('copies on a schedule on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    mkdirSync(`${nas.storageDir}/Shared/photos/deep`, { recursive: true })
    mkdirSync(`${nas.storageDir}/Shared/copies`)
    writeFileSync(`${nas.storageDir}/Shared/photos/deep/one.txt`, 'one')
  })
  afterAll(() => nas.close())

  const change = async (name: string, type: string, input: object) => {
    const { data, errors } = await admin.graphql(
      `mutation ($input: ${type}!) { ${name}(input: $input) { ${name === 'runSchedule' ? '... on Job { id }' : '... on Schedule { name kind input }'} ... on Problem { code field } } }`,
      { input },
    )
    return errors?.[0]?.extensions ?? data[name]
  }
  const runToTheEnd = async () => {
    const { id } = await change('runSchedule', 'RunScheduleInput', { name: 'copies' })
    const look = async () =>
      (await admin.graphql('query ($id: ID!) { job(id: $id) { state endedAt result error { code } children { kind state } } }', { id }))
        .data.job
    await expect.poll(async () => (await look()).endedAt, { timeout: 30_000 }).not.toBeNull()
    return look()
  }
  const copies = () => readdirSync(`${nas.storageDir}/Shared/copies`)

  test('each run makes one more, under its own time, in the name of who made the schedule', { timeout: 60_000 }, async () => {
    const timing = { cron: '0 3 * * *' }
    const wish = (copy: object) => ({ name: 'copies', title: 'Copies', action: { copy }, timing })
    expect(await change('createSchedule', 'CreateScheduleInput', wish({ from: '/Shared/photos', toFolder: '/.baluhost' }))).toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(await change('createSchedule', 'CreateScheduleInput', wish({ from: '/Shared/photos', toFolder: '/Shared/copies' }))).toEqual({
      name: 'copies',
      kind: 'dated_copy',
      input: { from: '/Shared/photos', toFolder: '/Shared/copies' },
    })
    const first = await runToTheEnd()
    expect(first).toMatchObject({ state: 'SUCCEEDED', error: null, children: [{ kind: 'file_copy', state: 'SUCCEEDED' }] })
    expect(first.result.path).toMatch(/^\/Shared\/copies\/photos \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d$/)
    expect(readFileSync(`${nas.storageDir}${first.result.path}/deep/one.txt`, 'utf8')).toBe('one')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    await runToTheEnd()
    expect(copies()).toHaveLength(2)
  })

  test('what cannot be copied fails, and says so', { timeout: 60_000 }, async () => {
    await change('updateSchedule', 'UpdateScheduleInput', {
      name: 'copies',
      action: { copy: { from: '/Shared/none', toFolder: '/Shared/copies' } },
    })
    expect(await runToTheEnd()).toMatchObject({ state: 'FAILED', error: { code: 'JOB_CHILD_FAILED' } })
    expect(copies()).toHaveLength(2)
  })
})
