import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, closed, talk } from '../../test/client.ts'
import { adminName, goodPassword, testedProviders } from '../../test/nas.ts'
import { type ServerProcess, startProcess } from '../../test/server-process.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { readMasterKeys, secretsOfFile } from '../platform/secrets.ts'

const program = fileURLToPath(new URL('../admin.ts', import.meta.url))
const verify = fileURLToPath(new URL('../audit-verify.ts', import.meta.url))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function ending(child: ChildProcess): Promise<Ended> {
  const output = { stdout: '', stderr: '' }
  child.stdout?.on('data', (data) => {
    output.stdout += data
  })
  child.stderr?.on('data', (data) => {
    output.stderr += data
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...output })))
}

describe.each(await testedProviders())('on %s, beside a running server', (provider) => {
  let folder: string
  let database: Database
  let drop: () => Promise<void>
  let env: Record<string, string>
  let server: ServerProcess
  let origin: string
  beforeAll(async () => {
    folder = mkdtempSync(`${tmpdir()}/baluhost-admin-`)
    const made = await createTestDatabase(provider)
    ;({ database, drop } = made)
    env = { PATH: process.env['PATH'] ?? '', BALUHOST_DATA_DIR: folder, DATABASE_URL: made.address.url }
    server = startProcess(env)
    origin = await server.listening
  })
  afterAll(async () => {
    server.child.kill('SIGTERM')
    await server.ended
    await drop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** A command as somebody types it on the machine; `input` is its standard input. */
  const admin = (args: string[], input = '', more: Record<string, string> = {}): Promise<Ended> => {
    const child = spawn(process.execPath, [program, ...args], { env: { ...env, ...more } })
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    return ending(child)
  }
  const client = () => new Client(origin)
  const signsIn = async (username: string, password: string) => (await client().signIn(username, password)).data.signIn.__typename
  const entries = async (action: string) => {
    const rows = await database.auditEntry.findMany({ where: { action, actorName: 'system' }, orderBy: { sequence: 'asc' } })
    return rows.map(({ actorId, details, result, target }) => ({ actorId, details, result, target }))
  }

  test('before the server is set up nobody is created: that is what the setup token is for', async () => {
    const { code, stderr } = await admin(['create', 'zoe'], `${goodPassword}\n`)
    expect([code, stderr]).toEqual([2, expect.stringContaining('setup-token')])
    const setupToken = readFileSync(`${folder}/setup-token`, 'utf8')
    await client().completeSetup({ setupToken, username: adminName, password: goodPassword })
  })

  test('create: an administrator unless another role is said; the password from the standard input', async () => {
    expect(await admin(['create', 'zoe'], 'a long phrase of zoe\n')).toEqual({
      code: 0,
      stdout: 'zoe can sign in now, as an administrator.\n',
      stderr: '',
    })
    expect((await admin(['create', 'ben', '--role', 'user', '--generate'])).stdout).toMatch(
      /^Password of ben: (\w{5}-){4}\w{5}\nben can sign in now/,
    )
    expect(await signsIn('zoe', 'a long phrase of zoe')).toBe('Session')
    // The home is there from the first sign-in.
    expect(existsSync(`${folder}/storage/zoe`)).toBe(true)
    const rows = await database.user.findMany({ orderBy: { usernameKey: 'asc' }, select: { username: true, role: true } })
    expect(rows).toEqual([
      { username: adminName, role: 'ADMIN' },
      { username: 'ben', role: 'USER' },
      { username: 'zoe', role: 'ADMIN' },
    ])
  })

  test('list: who there is, and whether they can sign in', async () => {
    const { code, stdout } = await admin(['list'])
    expect(code).toBe(0)
    const lines = stdout.trim().split('\n')
    expect(lines.map((line) => line.split(/ {2,}/).slice(0, 4))).toEqual([
      ['NAME', 'ROLE', 'STATE', 'SECOND FACTOR'],
      [adminName, 'admin', 'active', 'no'],
      ['ben', 'user', 'active', 'no'],
      ['zoe', 'admin', 'active', 'no'],
    ])
  })

  test('reset-password: the old one and every session end, also what flows, within a second', async () => {
    const zoe = client()
    await zoe.signIn('zoe', 'a long phrase of zoe')
    const socket = zoe.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    expect(await next()).toEqual({ type: 'connection_ack' })
    const end = closed(socket).then((why) => ({ ...why, at: performance.now() }))
    const { code, stdout } = await admin(['reset-password', 'ZOE'], 'another phrase of zoe\n')
    const done = performance.now()
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^zoe has a new password\.\nIt was signed out on \w+( devices)?/)])
    expect((await zoe.graphql('{ me { username } }')).data?.me ?? null).toBe(null)
    const { at, code: closeCode } = await end
    expect([closeCode, at - done < 1_000]).toEqual([4401, true])
    expect([await signsIn('zoe', 'a long phrase of zoe'), await signsIn('zoe', 'another phrase of zoe')]).toEqual([
      'SignInFailed',
      'Session',
    ])
  })

  test('disable-2fa: authenticator, recovery codes, passkeys, remembered browsers and half sign-ins are gone', async () => {
    const { id: userId } = await database.user.findUniqueOrThrow({ where: { usernameKey: 'ben' } })
    const [at, later] = [new Date(), new Date(Date.now() + 600_000)]
    const secrets = secretsOfFile(`${folder}/master-key`)
    await database.totp.create({ data: { userId, secret: secrets.seal(`totp:${userId}`, 'x'), createdAt: at, confirmedAt: at } })
    await database.recoveryCode.create({ data: { id: 'r', userId, codeHash: 'h', createdAt: at } })
    await database.rememberedBrowser.create({ data: { id: 'b', tokenHash: 'h', userId, createdAt: at, expiresAt: later } })
    await database.challenge.create({
      data: { id: 'c', tokenHash: 'h', purpose: 'signIn', userId, data: {}, attempts: 0, createdAt: at, expiresAt: later },
    })
    const publicKey = new Uint8Array([1])
    await database.passkey.create({
      data: { id: 'p', userId, name: 'Key', credentialId: 'c', publicKey, counter: 0, transports: [], backedUp: false, createdAt: at },
    })
    expect((await admin(['list'])).stdout).toMatch(/ben +user +active +yes/)
    const { code, stdout } = await admin(['disable-2fa', 'ben'])
    expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^ben signs in without a second factor/)])
    const where = { where: { userId } }
    const left = await Promise.all([
      database.totp.count(where),
      database.recoveryCode.count(where),
      database.rememberedBrowser.count(where),
      database.challenge.count(where),
      database.passkey.count(where),
    ])
    expect(left).toEqual([0, 0, 0, 0, 0])
    expect((await entries('auth.disableTwoFactor'))[0]).toMatchObject({
      target: 'ben',
      result: 'ok',
      details: { reason: 'admin command', authenticators: 1, recoveryCodes: 1, passkeys: 1 },
    })
  })

  test('a disabled administrator comes back when there is no other, and only then', async () => {
    const disabledAt = new Date()
    await database.user.updateMany({ where: { usernameKey: 'zoe' }, data: { disabledAt } })
    const still = await admin(['reset-password', 'zoe'], 'a third phrase of zoe\n')
    expect([still.code, still.stdout]).toEqual([0, expect.stringContaining('still disabled')])
    expect(await signsIn('zoe', 'a third phrase of zoe')).toBe('SignInFailed')
    await database.user.updateMany({ where: { role: 'ADMIN' }, data: { disabledAt } })
    const back = await admin(['reset-password', 'zoe'], 'a fourth phrase of zoe\n')
    expect([back.code, back.stdout]).toEqual([0, expect.stringContaining('it is enabled again')])
    expect(await signsIn('zoe', 'a fourth phrase of zoe')).toBe('Session')
    await database.user.updateMany({ where: { role: 'ADMIN' }, data: { disabledAt: null } })
  })

  test.each([
    [['reset-password', 'nobody'], '', 1, /^USER_NOT_FOUND: /],
    [['reset-password', "zoe' OR 1=1 --"], '', 1, /^USER_NOT_FOUND: /],
    [['disable-2fa', 'nobody'], '', 1, /^USER_NOT_FOUND: /],
    [['reset-password', 'zoe'], 'short\n', 1, /^WEAK_PASSWORD: /],
    [['create', 'zoe'], `${goodPassword}\n`, 1, /^USERNAME_TAKEN: /],
    [['create', 'backups'], `${goodPassword}\n`, 1, /^HOME_NAME_TAKEN: /],
    [['create', 'shared'], `${goodPassword}\n`, 1, /^INVALID_INPUT: /],
    [['reset-password', 'zoe'], '', 2, /^There is no password/],
    [['reset-password', 'zoe'], '\n', 2, /^There is no password/],
    [['reset-password'], '', 2, /^Which account\?/],
    [['reset-password', 'zoe', 'a password of zoe'], '', 2, /^That is too much\. A password is never an argument/],
    [['reset-password', 'zoe', '--password', 'a password of zoe'], '', 2, /^Unknown option '--password'/],
    [['create', 'max', '--role', 'god'], `${goodPassword}\n`, 2, /^There is no role god/],
    [['toString'], '', 2, /^There is no command toString/],
  ] as const)('%j is refused and changes nothing', async (args, input, code, message) => {
    mkdirSync(`${folder}/storage/backups`, { recursive: true })
    const before = await database.user.findMany()
    const ended = await admin([...args], input)
    expect([ended.code, ended.stdout]).toEqual([code, ''])
    expect(ended.stderr).toMatch(message)
    expect(ended.stderr).not.toContain('a password of zoe')
    expect(ended.stderr).not.toMatch(/\n {4}at /)
    expect(await database.user.findMany()).toEqual(before)
  })

  test('without arguments it says what it can do', async () => {
    for (const args of [[], ['help'], ['--help']]) expect((await admin(args)).stdout).toMatch(/reset-password <name>.*rotate-key/s)
  })

  test('another data folder, another release: said, and nothing is made', async () => {
    const elsewhere = mkdtempSync(`${tmpdir()}/baluhost-elsewhere-`)
    const { code, stderr } = await admin(['list'], '', { BALUHOST_DATA_DIR: elsewhere })
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^There is no .*master-key\. Set BALUHOST_DATA_DIR.*CREDENTIALS_DIRECTORY/)])
    expect(existsSync(`${elsewhere}/master-key`)).toBe(false)
    rmSync(elsewhere, { recursive: true })
  })

  test('rotate-key: the running server opens and seals with the new key, and the audit log stays whole', async () => {
    const { id: userId } = await database.user.findUniqueOrThrow({ where: { usernameKey: 'ben' } })
    const [old] = readMasterKeys(`${folder}/master-key`)
    const sealed = secretsOfFile(`${folder}/master-key`).seal(`totp:${userId}`, 'the secret of ben')
    await database.totp.create({ data: { userId, secret: sealed, createdAt: new Date() } })
    const { code, stdout } = await admin(['rotate-key'])
    const [key, kept] = readMasterKeys(`${folder}/master-key`)
    expect([code, kept?.id]).toEqual([0, old?.id])
    expect(stdout).toContain(`The master key is ${key?.id} now; 1 secret was sealed anew.`)
    expect(stdout).toContain(`Key ${old?.id} stays in the file for entries of the audit log.`)
    const { secret } = await database.totp.findUniqueOrThrow({ where: { userId } })
    expect(secret).not.toBe(sealed)
    expect(secretsOfFile(`${folder}/master-key`).open(`totp:${userId}`, secret)).toBe('the secret of ben')
    // What the server writes from now on is hashed with the new key, and the whole chain can be checked.
    expect(await signsIn('zoe', 'a fourth phrase of zoe')).toBe('Session')
    const newest = await database.auditEntry.findFirstOrThrow({ orderBy: { sequence: 'desc' } })
    expect([newest.action, newest.hash.split(':')[0]]).toEqual(['auth.signIn', key?.id])
    const checked = await ending(spawn(process.execPath, [verify], { env }))
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('All are as they were written.')])
  })

  test('two rotations at once are one after the other or refused, and lose nothing', async () => {
    const both = await Promise.all([admin(['rotate-key']), admin(['rotate-key'])])
    expect(both.map(({ code }) => code).sort()).toEqual(both.every(({ code }) => code === 0) ? [0, 0] : [0, 2])
    const { secret, userId } = await database.totp.findFirstOrThrow()
    expect(secretsOfFile(`${folder}/master-key`).open(`totp:${userId}`, secret)).toBe('the secret of ben')
  })

  test('all of it stands in the audit log, in the name of the system, without a secret', async () => {
    expect(await entries('users.create')).toMatchObject([
      { actorId: null, target: 'zoe', result: 'ok', details: { role: 'ADMIN' } },
      { target: 'ben', result: 'ok', details: { role: 'USER' } },
      { target: 'zoe', result: 'USERNAME_TAKEN' },
      { target: 'backups', result: 'HOME_NAME_TAKEN' },
      { target: 'shared', result: 'INVALID_INPUT' },
    ])
    const resets = await entries('users.resetPassword')
    expect(resets.map(({ result, target }) => [target, result])).toEqual([
      ['zoe', 'ok'],
      ['zoe', 'ok'],
      ['zoe', 'ok'],
      ['nobody', 'USER_NOT_FOUND'],
      ["zoe' OR 1=1 --", 'USER_NOT_FOUND'],
      ['zoe', 'WEAK_PASSWORD'],
    ])
    expect((await entries('secrets.rotateKey'))[0]).toMatchObject({ result: 'ok', details: { sealedAnew: 1, dropped: [] } })
    const everything = JSON.stringify(await database.auditEntry.findMany()) + server.output().stdout + server.output().stderr
    for (const secret of [
      'phrase of zoe',
      'the secret of ben',
      readMasterKeys(`${folder}/master-key`)[0]?.bytes.toString('base64url') ?? '?',
    ])
      expect(everything).not.toContain(secret)
  })
})
