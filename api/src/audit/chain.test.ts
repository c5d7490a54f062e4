import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import type { Actor } from '../auth/model.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import { Bus } from '../platform/bus.ts'
import { type Database, type DatabaseAddress, openDatabase } from '../platform/db.ts'
import { createMasterKeyLine, parseMasterKeys, Secrets } from '../platform/secrets.ts'
import { TurnedClock } from '../simulation/turned-clock.ts'
import { readHeadFile } from './head-file.ts'
import { type AuditEntry, auditEntryAdded } from './model.ts'
import { Seals } from './seals.ts'
import type { AuditService } from './service.ts'
import { testAudit, testSecrets } from './test-audit.ts'
import { verifyChain } from './verify.ts'

const system: Actor = { kind: 'system', reason: 'test' }
const anna = testActor('anna')
const did = (target: string) => ({ action: 'files.delete', target, result: 'ok' })

describe.each(await testedProviders())('the chain of the audit log on %s', (provider) => {
  let database: Database
  let address: DatabaseAddress
  let folder: string
  let secrets: Secrets
  let bus: Bus
  const undo: (() => Promise<unknown> | unknown)[] = []

  beforeEach(async () => {
    const made = await createTestDatabase(provider)
    ;({ database, address } = made)
    undo.push(made.drop)
    folder = mkdtempSync(`${tmpdir()}/baluhost-chain-`)
    undo.push(() => rmSync(folder, { recursive: true }))
    secrets = testSecrets()
    bus = new Bus()
  })
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step()
  })

  const headFile = () => `${folder}/audit-head`
  const create = (deps: Partial<Parameters<typeof testAudit>[1]> = {}): AuditService =>
    testAudit(database, { provider, secrets, bus, headFile: headFile(), ...deps })
  const started = async (deps = {}): Promise<AuditService> => {
    const audit = create(deps)
    await audit.start()
    undo.push(() => audit.stop())
    return audit
  }
  const verify = (with_: Secrets = secrets) => {
    const seals = new Seals(with_)
    return verifyChain({ database, seals, remembered: () => readHeadFile(headFile(), seals) })
  }
  const targets = async () => (await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })).map(({ target }) => target)

  test('entries of before the chain are chained at the first start, in their order', async () => {
    for (const sequence of [1, 2, 3])
      await database.auditEntry.create({
        data: {
          sequence,
          id: `old-${sequence}`,
          at: new Date(),
          actorName: 'ada',
          action: 'auth.signIn',
          target: `${sequence}`,
          result: 'ok',
          hash: '',
        },
      })
    const audit = await started()
    await audit.record(anna, did('new'))
    await audit.stop()
    expect(await verify()).toMatchObject({ checked: 4, faults: [], reason: null })
    expect(await targets()).toEqual(['1', '2', '3', 'new'])
    // Emptied hashes do not get new ones at a second start.
    await database.auditEntry.updateMany({ data: { hash: '' } })
    await database.auditChain.deleteMany()
    const later = await started()
    await later.stop()
    expect((await verify()).reason).toBe('CHAIN_MISSING')
  })

  test('many at once, in one process and in several, leave one chain without a gap', async () => {
    const here = await started()
    // Within one process a second connection to SQLite would wait for the first without letting it go on.
    const other = provider === 'sqlite' ? database : await openDatabase(address)
    if (other !== database) undo.push(() => other.$disconnect())
    const there = testAudit(other, { provider, secrets })
    const jobs = Array.from({ length: 60 }, (_, index) => [
      here.record(anna, did(`here ${index}`)),
      there.record(anna, did(`there ${index}`)),
      database.$transaction(async (transaction) => {
        await transaction.setting.create({ data: { key: `s${index}`, value: {}, changedAt: new Date() } })
        await here.record(anna, did(`with ${index}`), transaction)
      }),
    ])
    await Promise.all(jobs.flat())
    await here.stop()
    expect(await verify()).toMatchObject({ checked: 180, faults: [] })
    expect(new Set(await targets()).size).toBe(180)
  }, 60_000)

  test('of several that start on a new database at once, one makes the chain', async () => {
    const services = [create(), create({ headFile: null }), create({ headFile: null })]
    await Promise.all(services.map((audit, index) => audit.record(anna, did(`${index}`))))
    await Promise.all(services.map((audit) => audit.stop()))
    expect(await verify()).toMatchObject({ checked: 3, faults: [] })
    expect(await database.auditChain.count()).toBe(1)
  })

  test('with its transaction an entry stands or falls', async () => {
    const audit = await started()
    const failing = database.$transaction(async (transaction) => {
      await audit.record(anna, did('falls'), transaction)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await database.$transaction((transaction) => audit.record(anna, did('stands'), transaction))
    expect(await targets()).toEqual(['stands'])
  })

  test('made in a transaction that it was not given it waits for nobody, and stands even if that one fails', async () => {
    const audit = await started()
    const since = performance.now()
    const failing = database.$transaction(async (transaction) => {
      await transaction.setting.create({ data: { key: 'k', value: {}, changedAt: new Date() } })
      await audit.record(anna, { ...did('refused'), result: 'FORBIDDEN' })
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await database.$transaction(async () => audit.record(anna, did('within')))
    // The client itself, as services hand it on by default, is no transaction.
    await database.$transaction(async () => audit.record(anna, did('by the client'), database))
    await expect.poll(targets).toEqual(['refused', 'within', 'by the client'])
    expect(performance.now() - since).toBeLessThan(4_000)
    expect(await database.setting.count()).toBe(0)
    await audit.stop()
    expect((await verify()).faults).toEqual([])
  })

  test('those who hold what others need never wait for the end of the chain in a circle', async () => {
    const audit = await started()
    await database.setting.createMany({ data: ['a', 'b'].map((key) => ({ key, value: {}, changedAt: new Date() })) })
    const turn = (first: string, second: string) =>
      database.$transaction(
        async (transaction) => {
          await audit.record(anna, did(first), transaction)
          await transaction.setting.update({ where: { key: first }, data: { value: { by: first } } })
          await audit.record(anna, did(second), transaction)
        },
        { maxWait: 20_000, timeout: 20_000 },
      )
    await Promise.all(Array.from({ length: 20 }, (_, index) => (index % 2 ? turn('a', 'b') : turn('b', 'a'))))
    await audit.stop()
    expect(await verify()).toMatchObject({ checked: 40, faults: [] })
  })

  test('what is published stands in the database, once and in its order', async () => {
    const audit = await started()
    const reader = bus.watch(auditEntryAdded, 'all')
    await Promise.all(Array.from({ length: 30 }, (_, index) => audit.record(anna, did(`${index}`))))
    const seen: AuditEntry[] = []
    for (let index = 0; index < 30; index++) seen.push((await reader.next()).value)
    expect(seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
    const rows = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    expect(seen).toEqual(rows)
  })

  test('a forged row in the next place, while it runs: the log goes on, and says what happened', async () => {
    const audit = await started()
    await audit.record(anna, did('1'))
    await database.auditEntry.create({
      data: { sequence: 2, id: 'forged', at: new Date(), actorName: 'x', action: 'x', result: 'ok', hash: 'x' },
    })
    await audit.record(anna, did('3'))
    const rows = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    expect(rows.map(({ action, result, target }) => [action, result, target])).toEqual([
      ['files.delete', 'ok', '1'],
      ['x', 'ok', null],
      ['audit.damage', 'BEYOND_HEAD', null],
      ['files.delete', 'ok', '3'],
    ])
    await audit.stop()
    const found = await verify()
    expect(found.faults[0]).toEqual({ kind: 'EDITED', sequence: 2, until: 2 })
    expect(found.reason).toBe('BEYOND_HEAD')
  })

  test.each([
    ['its seal changed', () => database.auditChain.updateMany({ data: { seal: 'x:00' } }), 'SEAL'],
    ['its end set back', () => database.auditChain.updateMany({ data: { headSequence: 1 } }), 'SEAL'],
    ['the row taken', () => database.auditChain.deleteMany(), 'CHAIN_MISSING'],
  ])('%s while it runs and while it does not: found at the next entry, and never sealed again by itself', async (_name, tamper, reason) => {
    const audit = await started()
    await audit.record(anna, did('1'))
    await audit.record(anna, did('2'))
    await tamper()
    await audit.record(anna, did('3'))
    await audit.record(anna, did('4'))
    await audit.stop()
    expect((await verify()).reason).toBe(reason)
    expect(await targets()).toEqual(['1', '2', null, '3', '4'])
    const again = await started()
    await again.record(anna, did('5'))
    await again.stop()
    expect((await verify()).reason).toBe(reason)
    // Until somebody on the machine accepts it.
    const shell = create()
    await shell.accept(await shell.look())
    await shell.stop()
    const accepted = await verify()
    expect(accepted).toMatchObject({ faults: [], reason: null })
    const last = await started()
    await last.record(anna, did('6'))
    await last.stop()
    expect(await verify()).toMatchObject({ faults: [], reason: null })
  })

  test('cut off with an old row about the chain in place while it runs', async () => {
    const audit = await started()
    await audit.record(anna, did('1'))
    const old = await database.auditChain.findUniqueOrThrow({ where: { id: 1 } })
    await audit.record(anna, did('2'))
    await database.auditEntry.deleteMany({ where: { sequence: 2 } })
    await database.auditChain.update({ where: { id: 1 }, data: old })
    await audit.record(anna, did('3'))
    await audit.stop()
    expect(await targets()).toEqual(['1', null, '3'])
    expect((await verify()).reason).toBe('ROLLED_BACK')
  })

  test('after the master key was renewed old entries can be checked, and without the old key it is said that they cannot', async () => {
    const [oldLine, newLine] = [createMasterKeyLine(), createMasterKeyLine()]
    const withKeys = (...lines: string[]) => new Secrets(parseMasterKeys(lines.join('\n'), 'a test'))
    const before = create({ secrets: withKeys(oldLine) })
    await before.start()
    await before.record(anna, did('1'))
    await before.stop()
    const both = withKeys(newLine, oldLine)
    const after = create({ secrets: both })
    await after.start()
    await after.record(anna, did('2'))
    await after.stop()
    expect(await verify(both)).toMatchObject({ checked: 2, faults: [] })
    expect((await verify(withKeys(newLine))).faults).toEqual([{ kind: 'KEY_MISSING', sequence: 1, until: 1 }])
  })

  test('each check tells its own progress, and is stopped by its own signal alone', async () => {
    const audit = await started()
    await audit.record(anna, did('1'))
    const told: number[] = []
    const stopped = AbortSignal.abort(new Error('stopped'))
    const checks = [{ onProgress: () => told.push(1) }, { onProgress: () => told.push(2) }, { signal: stopped }].map((watch) =>
      audit.verify(system, watch),
    )
    expect((await Promise.allSettled(checks)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
    expect(new Set(told)).toEqual(new Set([1, 2]))
  })

  test('retention removes the oldest in order and keeps the chain provable from there', async () => {
    const clock = new TurnedClock()
    const audit = await started({ clock })
    for (let day = 0; day < 10; day++) {
      await Promise.all(Array.from({ length: 120 }, (_, index) => audit.record(anna, did(`${day}.${index}`))))
      clock.turn(24 * 3_600_000)
    }
    await audit.upkeep(5)
    await audit.stop()
    const rows = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    expect(rows[0]).toMatchObject({ sequence: 601, target: '5.0' })
    expect(rows.filter(({ action }) => action.startsWith('audit.')).map(({ action, details }) => [action, details])).toEqual([
      ['audit.prune', { olderThanDays: 5, removed: 600, from: 1, to: 600, damaged: null }],
      ['audit.verify', { checked: 601, faults: 0 }],
    ])
    expect(await verify()).toMatchObject({ from: 601, to: 1202, checked: 602, faults: [] })
    await database.auditChain.updateMany({ data: { prunedHash: rows[4]?.hash ?? '' } })
    expect((await verify()).faults.map(({ kind }) => kind)).toContain('SEAL')
  })

  test('retention tells of what it removes when that was changed, and does not heal a broken chain', async () => {
    const clock = new TurnedClock()
    const audit = await started({ clock })
    for (const name of ['1', '2', '3']) await audit.record(anna, did(name))
    clock.turn(40 * 24 * 3_600_000)
    await audit.record(system, did('4'))
    await database.auditEntry.update({ where: { sequence: 2 }, data: { actorName: 'ben' } })
    await audit.upkeep(30)
    const entry = await database.auditEntry.findFirst({ where: { action: 'audit.prune' } })
    expect(entry).toMatchObject({ result: 'AUDIT_DAMAGED', details: { removed: 3, damaged: 2 } })
    await database.auditChain.updateMany({ data: { seal: 'x' } })
    clock.turn(40 * 24 * 3_600_000)
    await audit.upkeep(30)
    await audit.upkeep(30)
    await audit.stop()
    expect((await verify()).reason).toBe('SEAL')
  })

  test('what strangers are refused again and again is counted, and cannot fill the disk', async () => {
    const audit = await started()
    const from = (address: string): Actor => ({ kind: 'anonymous', address, client: null, requestId: 'r' })
    const fail = (target: string) => ({ action: 'auth.signIn', target, result: 'SIGN_IN_FAILED' })
    for (let index = 0; index < 500; index++) await audit.record(from('192.0.2.1'), fail('ada'))
    for (let index = 0; index < 500; index++) await audit.record(from('192.0.2.2'), fail(`name ${index}`))
    for (let index = 0; index < 500; index++) await audit.record(from(`2001:db8::${index.toString(16)}`), fail('ada'))
    for (let index = 0; index < 500; index++) await audit.record(from(`2001:db8:0:${index.toString(16)}::1`), fail('ada'))
    await audit.stop()
    const rows = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    expect(rows.length).toBeLessThan(80)
    const times = rows.reduce((sum, { details }) => sum + ((details as { times?: number } | null)?.times ?? 1), 0)
    expect(times).toBe(2_000)
    expect(rows[0]).toMatchObject({ address: '192.0.2.1', target: 'ada' })
    const counted = rows.find(({ address, details }) => address === '192.0.2.1' && details !== null)
    expect(counted?.details).toMatchObject({ times: 499 })
    expect((await verify()).faults).toEqual([])
  })

  test('nor can what people are refused who are signed in; what they did is never counted together', async () => {
    const audit = await started()
    const refused = (target: string) => ({ action: 'auth.endSession', target, result: 'SESSION_NOT_FOUND' })
    for (let index = 0; index < 500; index++) await audit.record(anna, refused('x'))
    for (let index = 0; index < 500; index++) await audit.record(anna, refused(`session ${index}`))
    for (let index = 0; index < 500; index++) await audit.record({ ...anna, address: `2001:db8::${index}` }, refused('y'))
    // Nobody is hidden by what another does.
    await audit.record(testActor('ben'), refused('x'))
    for (let index = 0; index < 50; index++) await audit.record(anna, did('same'))
    for (let index = 0; index < 50; index++) await audit.record(system, { ...did('by itself'), result: 'FORBIDDEN' })
    await audit.stop()
    const rows = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    const ofAnna = rows.filter(({ actorName, result }) => actorName === 'anna' && result !== 'ok')
    expect(ofAnna.length).toBeLessThan(50)
    expect(ofAnna.slice(0, 3).map(({ details, target }) => [details, target])).toEqual(Array(3).fill([null, 'x']))
    const times = ofAnna.reduce((sum, { details }) => sum + ((details as { times?: number } | null)?.times ?? 1), 0)
    expect(times).toBe(1_500)
    const count = (target: string) => rows.filter((row) => row.target === target).length
    expect([rows.filter(({ actorName }) => actorName === 'ben').length, count('same'), count('by itself')]).toEqual([1, 50, 50])
    expect((await verify()).faults).toEqual([])
  })
})
