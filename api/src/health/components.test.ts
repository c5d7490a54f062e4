import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { auditChainHealth, auditWriterHealth } from '../audit/health.ts'
import { testAudit } from '../audit/test-audit.ts'
import { revocationsHealth } from '../auth/health.ts'
import { sessionEnded } from '../auth/model.ts'
import { Revocations } from '../auth/revocations.ts'
import { storageHealth, uploadsHealth, watcherHealth } from '../files/health.ts'
import { parsePath } from '../files/path.ts'
import { createTestDatabase, createTestStorage, testActor } from '../files/test-storage.ts'
import type { FileTree } from '../files/tree.ts'
import { UploadsService } from '../files/uploads.ts'
import { FolderWatcher } from '../files/watcher.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock as clock } from '../platform/clock.ts'
import { raidHealth } from '../raid/health.ts'
import { MdadmBackend } from '../raid/mdadm.ts'
import { telemetryHealth } from '../telemetry/health.ts'
import { TelemetryService } from '../telemetry/service.ts'
import { tlsHealth } from '../tls/health.ts'
import { LocalAuthority } from '../tls/local-authority.ts'
import type { HealthComponent, Report } from './component.ts'
import { databaseHealth } from './components/database.ts'
import { liveHealth } from './components/live.ts'
import { migrationsHealth } from './components/migrations.ts'

const log = pino({ level: 'silent' })
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(`${tmpdir()}/baluhost-health-`)
  folders.push(made)
  return made
}

async function ask(component: HealthComponent): Promise<Report> {
  const report = await component.check?.()
  if (!report) throw new Error(`${component.name} is not asked.`)
  return report
}

/** State and code in one: `FAILED STORAGE_GONE`. */
async function told(component: HealthComponent): Promise<string> {
  const { reason, state } = await ask(component)
  return [state, reason?.code].filter(Boolean).join(' ')
}

const detail = (report: Report, name: string) => report.details?.find((each) => each.name === name)?.value

describe.each(await testedProviders())('on %s', (provider) => {
  test('the database answers with how long it took, and fails when it is not there', async () => {
    const { address, database, drop } = await createTestDatabase(provider)
    const component = databaseHealth({ database, address, clock })
    const report = await ask(component)
    expect(report.state).toBe('RUNNING')
    expect(detail(report, 'latency')).toBeGreaterThan(0)
    expect(detail(report, provider === 'sqlite' ? 'size' : 'mostConnections')).toBeGreaterThan(0)
    if (provider === 'sqlite') {
      const file = address.url.slice('file:'.length)
      renameSync(file, `${file}.away`)
      expect(await told(component)).toBe('FAILED DATABASE_FILE_GONE')
      writeFileSync(file, '')
      expect(await told(component)).toBe('FAILED DATABASE_FILE_REPLACED')
      renameSync(`${file}.away`, file)
      expect(await told(component)).toBe('RUNNING')
    }
    await database.$executeRawUnsafe('DROP TABLE "AuditChain"')
    await expect(ask(component)).rejects.toThrow()
    await drop()
  })

  test('an answer that takes long is told', async () => {
    const { address, database, drop } = await createTestDatabase(provider)
    let now = 0
    const late = { now: () => new Date(), monotonic: () => (now += 1_500) }
    expect(await told(databaseHealth({ database, address, clock: late }))).toBe('DEGRADED DATABASE_SLOW')
    await drop()
  })

  test('tables of another release are found', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const component = migrationsHealth({ database, provider })
    expect(await told(component)).toBe('RUNNING')
    await database.$executeRawUnsafe(`UPDATE _prisma_migrations SET migration_name = '29990101000000_future'
      WHERE migration_name = (SELECT max(migration_name) FROM _prisma_migrations)`)
    const report = await ask(component)
    expect(report).toMatchObject({ state: 'FAILED', reason: { code: 'MIGRATIONS_DIFFER' } })
    expect(report.reason?.message).toContain('29990101000000_future')
    await drop()
  })

  test('the audit writer fails with an entry that cannot be written, and works again with one that can', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const audit = testAudit(database, { provider })
    await audit.start()
    const component = auditWriterHealth(audit)
    const write = () => audit.record(testActor('ada', 'ADMIN'), { action: 'files.move', target: null, result: 'ok' })
    await write()
    expect(await ask(component)).toMatchObject({ state: 'RUNNING', counters: { written: 1 } })
    await database.$executeRawUnsafe('ALTER TABLE "AuditEntry" RENAME TO "Elsewhere"')
    await expect(write()).rejects.toThrow()
    expect(await told(component)).toBe('FAILED WRITE_FAILED')
    await database.$executeRawUnsafe('ALTER TABLE "Elsewhere" RENAME TO "AuditEntry"')
    await write()
    expect(await ask(component)).toMatchObject({ state: 'RUNNING', counters: { written: 2 } })
    // One that falls with somebody's own transaction.
    await database.$executeRawUnsafe('ALTER TABLE "AuditEntry" RENAME TO "Elsewhere"')
    const change = database.$transaction((transaction) =>
      audit.record(testActor('ada', 'ADMIN'), { action: 'files.move', target: null, result: 'ok' }, transaction),
    )
    await expect(change).rejects.toThrow()
    expect(await told(component)).toBe('FAILED WRITE_FAILED')
    await audit.stop()
    await drop()
  })

  test('the audit chain tells what its last check found, and when it was not checked for long', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const audit = testAudit(database, { provider })
    await audit.start()
    const startedAt = new Date()
    const admin = testActor('ada', 'ADMIN')
    await audit.record(admin, { action: 'files.move', target: '/a', result: 'ok' })
    await audit.record(admin, { action: 'files.move', target: '/b', result: 'ok' })
    const component = auditChainHealth(audit, clock, startedAt)
    expect(await told(component)).toBe('RUNNING')
    const later = { ...clock, now: () => new Date(Date.now() + 3 * 86_400_000) }
    expect(await told(auditChainHealth(audit, later, startedAt))).toBe('DEGRADED CHAIN_UNCHECKED')
    await audit.verify(admin)
    expect(detail(await ask(component), 'faults')).toBe(0)
    await database.auditEntry.updateMany({ where: { target: '/a' }, data: { target: '/z' } })
    await audit.verify(admin)
    expect(await told(component)).toBe('FAILED CHAIN_FAULTS')
    await database.auditEntry.updateMany({ where: { target: '/z' }, data: { target: '/a' } })
    await audit.verify(admin)
    expect(await told(component)).toBe('RUNNING')
    await audit.stop()
    await drop()
  })

  test('ended sessions are looked for only while somebody is connected, and that it fails is told', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const bus = new Bus()
    let turned = 0
    const turning = { ...clock, monotonic: () => performance.now() + turned }
    const revocations = new Revocations({ database, bus, clock: turning, log })
    await revocations.start()
    const component = revocationsHealth(revocations)
    turned = 60_000
    expect(await told(component)).toBe('RUNNING')
    const reader = bus.watch(sessionEnded, 's')
    expect(detail(await ask(component), 'watchedSessions')).toBe(1)
    await database.$executeRawUnsafe('ALTER TABLE "Revocation" RENAME TO "Elsewhere"')
    await expect.poll(() => told(component), { timeout: 5_000 }).toBe('FAILED LOOK_FAILED')
    await database.$executeRawUnsafe('ALTER TABLE "Elsewhere" RENAME TO "Revocation"')
    await expect.poll(() => told(component), { timeout: 5_000 }).toBe('RUNNING')
    turned += 10_000
    expect(await told(component)).toBe('FAILED NO_LOOK')
    await reader.return()
    expect(await told(component)).toBe('RUNNING')
    await revocations.stop()
    await drop()
  })

  test('the storage folder that goes away, is another, loses what is ours and comes back', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const at = `${folder()}/storage`
    const storage = await createTestStorage(database, at)
    const component = storageHealth(at, storage.jail)
    const report = await ask(component)
    expect(report.state).toBe('RUNNING')
    expect(detail(report, 'free')).toBeGreaterThan(0)
    renameSync(at, `${at}.away`)
    expect(await told(component)).toBe('FAILED STORAGE_GONE')
    mkdirSync(at)
    expect(await told(component)).toBe('FAILED STORAGE_REPLACED')
    rmSync(at, { recursive: true })
    renameSync(`${at}.away`, at)
    expect(await told(component)).toBe('RUNNING')
    renameSync(`${at}/.baluhost`, `${at}/.away`)
    expect(await told(component)).toBe('FAILED STORAGE_EMPTIED')
    renameSync(`${at}/.away`, `${at}/.baluhost`)
    expect(await told(component)).toBe('RUNNING')
    await storage.close()
    await drop()
  })

  test('the upload receiver misses its folder, and tells what the disk refused until it takes a file again', async () => {
    const { database, drop } = await createTestDatabase(provider)
    const at = `${folder()}/storage`
    const storage = await createTestStorage(database, at)
    await database.user.create({
      data: { id: 'id-ada', username: 'ada', usernameKey: 'ada', passwordHash: 'x', role: 'ADMIN', createdAt: new Date() } as never,
    })
    const { diskIo } = await import('../files/spool-writer.ts')
    let full = false
    const io = {
      ...diskIo,
      write: async (...args: Parameters<typeof diskIo.write>) => {
        if (full) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
        return diskIo.write(...args)
      },
    }
    const uploads = new UploadsService({ tree: storage.tree, audit: { record: async () => {} }, log, io })
    await uploads.start()
    let now = 0
    const component = uploadsHealth(uploads, () => performance.now() + now)
    expect(await told(component)).toBe('RUNNING')
    const actor = testActor('ada', 'ADMIN')
    const send = async (name: string) => {
      await uploads.create(actor, { id: name, length: 3, metadata: { path: `/Shared/${name}` }, role: 'WHOLE' })
      const source = {
        stop() {},
        async *[Symbol.asyncIterator]() {
          yield [Buffer.from('abc')]
        },
      }
      await uploads.write(actor, name, { offset: 0, source, checksum: null, completes: 'length', length: null })
    }
    full = true
    await expect(send('first')).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    expect(await ask(component)).toMatchObject({ state: 'DEGRADED', reason: { code: 'DISK_REFUSED' }, counters: { failed: 1 } })
    full = false
    await send('second')
    expect(await ask(component)).toMatchObject({ state: 'RUNNING', counters: { finished: 1 } })
    full = true
    await expect(send('third')).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    now = 11 * 60_000
    expect(await told(component)).toBe('RUNNING')
    const spool = `${at}/.baluhost/spool`
    expect(existsSync(spool)).toBe(true)
    rmSync(spool, { recursive: true })
    expect(await told(component)).toBe('FAILED SPOOL_GONE')
    await storage.close()
    await drop()
  })
})

test('the watcher tells of folders that it cannot watch, and a restart watches them again', async () => {
  const bus = new Bus()
  const real = folder()
  let scarce = true
  const tree = {
    open: async () => {
      if (scarce) throw Object.assign(new Error('EMFILE: too many open files, watch'), { code: 'EMFILE' })
      return { folder: { place: real }, row: { id: 7 }, [Symbol.asyncDispose]: async () => {} }
    },
    publish: () => {},
    refreshNames: async () => {},
    refresh: async () => {},
  } as unknown as FileTree
  const watcher = new FolderWatcher({ tree, bus, log })
  const component = watcherHealth(watcher)
  expect(await told(component)).toBe('RUNNING')
  await watcher.hold(7, parsePath('/Shared'))
  const report = await ask(component)
  expect(report).toMatchObject({ state: 'DEGRADED', reason: { code: 'FOLDERS_UNWATCHED' } })
  expect(String(report.error)).toContain('EMFILE')
  scarce = false
  await component.restart?.()
  expect(detail(await ask(component), 'watchedFolders')).toBe(1)
  expect(await told(component)).toBe('RUNNING')
  watcher.close()
  expect(await told(component)).toBe('STOPPED CLOSED')
})

test('telemetry tells of a sensor that fails, of no samples at all, and begins anew', async () => {
  let turned = 0
  const turning = { ...clock, monotonic: () => performance.now() + turned }
  let broken = true
  const telemetry = new TelemetryService({
    bus: new Bus(),
    clock: turning,
    troubled: () => {},
    sensors: [
      {
        id: 'cpu',
        isAvailable: () => true,
        read: () => {
          if (broken) throw new Error('EIO: i/o error, read /proc/stat')
          return new Map([['cpu.percent', 1]])
        },
      },
      { id: 'network', isAvailable: () => false, read: () => new Map() },
    ],
  })
  const component = telemetryHealth(telemetry)
  expect(await told(component)).toBe('STOPPED NOT_SAMPLING')
  telemetry.start()
  await expect.poll(() => told(component), { timeout: 5_000 }).toBe('DEGRADED SENSORS_FAILING')
  const report = await ask(component)
  expect([detail(report, 'failingSensors'), detail(report, 'absentSensors')]).toEqual(['cpu', 'network'])
  expect(String(report.error)).toContain('EIO')
  broken = false
  await expect.poll(() => told(component), { timeout: 5_000 }).toBe('RUNNING')
  expect((await ask(component)).counters?.['samples']).toBeGreaterThan(0)
  turned = 60_000
  expect(await told(component)).toBe('FAILED NO_SAMPLES')
  await component.restart?.()
  expect(await told(component)).toBe('RUNNING')
  telemetry.stop()
})

test('a machine without arrays has nothing to tell, and a driver that cannot be read has failed', async () => {
  const procFolder = folder()
  const component = raidHealth(new MdadmBackend({ procFolder, sysFolder: procFolder }), { simulated: false })
  expect(await told(component)).toBe('DISABLED NO_ARRAY_DRIVER')
  writeFileSync(`${procFolder}/mdstat`, 'Personalities : [raid1]\nunused devices: <none>\n')
  expect(await told(component)).toBe('RUNNING')
  rmSync(`${procFolder}/mdstat`)
  mkdirSync(`${procFolder}/mdstat`)
  await expect(ask(component)).rejects.toThrow('EISDIR')
})

test('a certificate tells how long it lasts, and when it ends or has ended', async () => {
  const namesOf = () => ({ hostname: 'nas', addresses: ['127.0.0.1'] })
  const source = await LocalAuthority.open({ folder: `${folder()}/tls`, clock, log, namesOf })
  const after = (days: number) => ({ ...clock, now: () => new Date(Date.now() + days * 86_400_000) })
  const report = await ask(tlsHealth(source, clock))
  expect(report.state).toBe('RUNNING')
  const left = Number(detail(report, 'daysLeft'))
  expect(left).toBeGreaterThan(100)
  expect(await told(tlsHealth(source, after(left - 20)))).toBe('DEGRADED CERTIFICATE_ENDS')
  expect(await told(tlsHealth(source, after(left + 1)))).toBe('FAILED CERTIFICATE_ENDED')
  expect(await told(tlsHealth(source, after(-3_000)))).toBe('FAILED CERTIFICATE_NOT_YET')
  expect(await told(tlsHealth(null, clock))).toBe('DISABLED NOT_CONFIGURED')
})

test('live connections are counted, with what nobody reads', async () => {
  const sockets = [{ bufferedAmount: 0 }, { bufferedAmount: 5 }]
  let listening = false
  const component = liveHealth({ sockets: () => sockets, isListening: () => listening })
  expect(await told(component)).toBe('STOPPED NOT_LISTENING')
  listening = true
  expect(detail(await ask(component), 'connections')).toBe(2)
  sockets.push({ bufferedAmount: 100 * 1024 * 1024 })
  expect(await told(component)).toBe('DEGRADED CLIENTS_SLOW')
})
