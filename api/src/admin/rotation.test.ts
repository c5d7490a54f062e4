import { execFile } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { RecoveryCodes } from '../auth/recovery-codes.ts'
import { authenticatorSecrets } from '../auth/sealed-secrets.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { type KeyUse, rotateMasterKey } from '../platform/key-rotation.ts'
import { readMasterKeys, readSecrets, type Secrets, secretsOfFile } from '../platform/secrets.ts'
import { sealedWith } from '../tiers/sealed.ts'

const sourceFolder = fileURLToPath(new URL('..', import.meta.url))
const child = fileURLToPath(new URL('./crash-rotation.ts', import.meta.url))
const users = ['anna', 'ben', 'carl', 'dora', 'emil']

let folder: string
let url: string
let database: Database
let drop: () => Promise<void>
/** As a server holds it that started before and goes on running. */
let running: Secrets
beforeEach(async () => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-rotation-`)
  const made = await createTestDatabase('sqlite')
  database = made.database
  drop = made.drop
  url = made.address.url
  running = await readSecrets({ file: `${folder}/master-key`, credential: null })
  for (const username of users) {
    const row = { id: username, username, usernameKey: username, role: 'USER', createdAt: new Date() } as const
    await database.user.create({ data: row })
    await database.totp.create({
      data: { userId: username, secret: running.seal(`totp:${username}`, secretOf(username)), createdAt: new Date() },
    })
  }
})
afterEach(async () => {
  await drop()
  rmSync(folder, { recursive: true, force: true })
})

const secretOf = (username: string) => `the secret of ${username}`
const keyFile = () => `${folder}/master-key`
const stored = () => database.totp.findMany({ orderBy: { userId: 'asc' } })
const opened = async (secrets: Secrets) => (await stored()).map(({ secret, userId }) => secrets.open(`totp:${userId}`, secret))
const rotate = (uses: KeyUse[] = [], mayBeWritten = false) =>
  rotateMasterKey({ file: keyFile(), places: [authenticatorSecrets(database)], uses, mayBeWritten })
const run = (dieAt: number) =>
  promisify(execFile)(process.execPath, [child, url, folder, String(dieAt)]).then(
    ({ stdout }) => JSON.parse(stdout) as { steps: number; dropped: string[] },
    (error: { signal: string | null; stderr: string }) => {
      expect(error.signal, error.stderr).toBe('SIGKILL')
      return null
    },
  )

describe('a rotation', () => {
  test('seals everything with the new key, lets the old one go, and a running server follows', async () => {
    const [before] = readMasterKeys(keyFile())
    const rotation = await rotate()
    expect(rotation).toMatchObject({ sealedAnew: 5, dropped: [before?.id], kept: [] })
    const [after, ...more] = readMasterKeys(keyFile())
    expect([after?.id, more]).toEqual([rotation.keyId, []])
    expect(after?.bytes).not.toEqual(before?.bytes)
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    for (const { secret } of await stored()) expect(secret.split('.')[1]).toBe(rotation.keyId)
    // The server that runs has the old key in memory: it opens what is new, and seals with the new one itself.
    expect(await opened(running)).toEqual(users.map(secretOf))
    expect(running.keyId).toBe(rotation.keyId)
    expect(secretsOfFile(keyFile()).open('x', running.seal('x', 'written meanwhile'))).toBe('written meanwhile')
  })

  test.each([
    ['entries need it', [{ name: 'entries', isUsed: async () => true }], false, 'entries'],
    ['a running server may still write with it', [], true, 'what the running server is writing'],
  ] as const)('keeps the old key where %s, and the next one asks again', async (_what, uses, mayBeWritten, reason) => {
    const [before] = readMasterKeys(keyFile())
    expect(await rotate([...uses], mayBeWritten)).toMatchObject({ dropped: [], kept: [{ keyId: before?.id, for: reason }] })
    expect(readMasterKeys(keyFile())).toHaveLength(2)
    expect((await rotate()).dropped).toContain(before?.id)
    expect(readMasterKeys(keyFile())).toHaveLength(1)
    expect(await opened(secretsOfFile(keyFile()))).toEqual(users.map(secretOf))
  })

  test('stops at what cannot be opened, says which, and loses no key', async () => {
    await database.totp.update({ where: { userId: 'carl' }, data: { secret: 'v1.ffffffff.AAAA.AAAA' } })
    await expect(rotate()).rejects.toThrow(/secrets of authenticators \(carl\) cannot be opened/)
    expect(readMasterKeys(keyFile())).toHaveLength(2)
    const secrets = secretsOfFile(keyFile())
    for (const { secret, userId } of await stored())
      if (userId !== 'carl') expect(secrets.open(`totp:${userId}`, secret)).toBe(secretOf(userId))
  })

  test('knows everything that hangs on a key: who seals or signs with it is told to the rotation', () => {
    const sources = globSync('**/*.ts', { cwd: sourceFolder, exclude: (name) => /generated|\.test\.ts$|^test-/.test(name) })
    const users = sources.filter(
      (name) => /[sS]ecrets\s*\.(seal|derive)\(/.test(readFileSync(`${sourceFolder}/${name}`, 'utf8')) && !name.includes('.test.'),
    )
    // A new one: tell of it in tiers/sealed.ts, and add it here.
    expect(users.sort()).toEqual([
      'audit/seals.ts',
      'auth/recovery-codes.ts',
      'auth/totp.ts',
      // Links of a day at most: they end with the key.
      'files/download-links.ts',
      // A cookie of half a year at most: it may be forgotten.
      'limits/device-tokens.ts',
      'platform/key-rotation.ts',
    ])
  })

  test('keeps the key of recovery codes until they are used', async () => {
    const codes = new RecoveryCodes({ database, clock: systemClock, secrets: running })
    const [before] = readMasterKeys(keyFile())
    const [code = ''] = await database.$transaction((transaction) => codes.replace('anna', transaction))
    const { uses } = sealedWith({ database, clock: systemClock, headFile: `${folder}/none` })
    expect((await rotate(uses)).kept).toEqual([{ keyId: before?.id, for: 'recovery codes' }])
    const after = new RecoveryCodes({ database, clock: systemClock, secrets: secretsOfFile(keyFile()) })
    expect(await after.use('anna', code)).toBe(true)
    await database.recoveryCode.updateMany({ data: { usedAt: new Date() } })
    expect((await rotate(uses)).dropped).toContain(before?.id)
  })

  test('keeps the key of an enrolment that is under way', async () => {
    const [before] = readMasterKeys(keyFile())
    const expiresAt = new Date(Date.now() + 60_000)
    const data = { secret: running.seal('totp:anna', 'x'), session: 's' }
    const row = { id: 'c', tokenHash: 'h', purpose: 'totp.enrol', userId: 'anna', attempts: 0, createdAt: new Date() }
    await database.challenge.create({ data: { ...row, data, expiresAt } })
    const { uses } = sealedWith({ database, clock: systemClock, headFile: `${folder}/none` })
    expect((await rotate(uses)).kept).toEqual([{ keyId: before?.id, for: 'an enrolment that is under way' }])
    await database.challenge.updateMany({ data: { expiresAt: new Date(0) } })
    expect((await rotate(uses)).dropped).toContain(before?.id)
  })

  test('does not touch what was changed under its hands', async () => {
    const place = authenticatorSecrets(database)
    const [first] = await place.read(null, 1)
    await database.totp.update({ where: { userId: 'anna' }, data: { secret: 'newer' } })
    await place.replace('anna', first?.sealed ?? '', 'from the rotation')
    expect((await stored())[0]?.secret).toBe('newer')
  })

  test('goes through any number of rows', async () => {
    const more = Array.from({ length: 450 }, (_, index) => `user-${index}`)
    await database.user.createMany({
      data: more.map((username) => ({ id: username, username, usernameKey: username, role: 'USER', createdAt: new Date() })),
    })
    await database.totp.createMany({
      data: more.map((userId) => ({ userId, secret: running.seal(`totp:${userId}`, secretOf(userId)), createdAt: new Date() })),
    })
    expect((await rotate()).sealedAnew).toBe(455)
    expect(await opened(secretsOfFile(keyFile()))).toHaveLength(455)
  })
})

test('killed at any step everything still opens, and the next rotation ends it', { timeout: 120_000 }, async () => {
  const killed: number[] = []
  for (let dieAt = 1; ; dieAt++) {
    const ended = await run(dieAt)
    const secrets = secretsOfFile(keyFile())
    expect(await opened(secrets), `killed at step ${dieAt}`).toEqual(users.map(secretOf))
    expect(await opened(running), `a running server, after a kill at step ${dieAt}`).toEqual(users.map(secretOf))
    if (ended) {
      // Nothing of those that were killed is left.
      expect(readMasterKeys(keyFile())).toHaveLength(1)
      break
    }
    killed.push(dieAt)
  }
  // Two writes of the file, two readings of the rows and five rows, before and after each.
  expect(killed.length).toBeGreaterThanOrEqual(18)
})

describe('the key file', () => {
  test.each([0o644, 0o640, 0o604, 0o660])('that others can read stops the start (%o), and says what to do', async (mode) => {
    chmodSync(keyFile(), mode)
    await expect(readSecrets({ file: keyFile(), credential: null })).rejects.toThrow(/chmod 600 .*rotate-key/)
    chmodSync(keyFile(), 0o400)
    await readSecrets({ file: keyFile(), credential: null })
  })

  test('as systemd gives it is taken before the one of the data folder, whatever its rights: they hold an ACL there', async () => {
    const credential = `${folder}/baluhost-master-key`
    const line = readFileSync(keyFile(), 'utf8').replace(/^([a-z0-9]+) /m, 'fromsystemd ')
    writeFileSync(credential, line, { mode: 0o440 })
    expect((await readSecrets({ file: keyFile(), credential })).keyId).toBe('fromsystemd')
    expect((await readSecrets({ file: keyFile(), credential: `${folder}/none` })).keyId).not.toBe('fromsystemd')
  })
})
