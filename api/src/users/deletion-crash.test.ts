import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import { startPeople } from './test-crash.ts'

const program = fileURLToPath(new URL('./crash-people.ts', import.meta.url))
const content = { 'one.txt': 'first', 'deep/two.txt': 'second', 'deep/deeper/three.txt': 'third' }
const admin = { ...testActor('ada', 'ADMIN'), userId: 'id-ada' }

/** Each kill starts the program twice; all of them take minutes. By default every fourth step, with BALUHOST_TEST_EVERY_STEP all. */
const stride = process.env['BALUHOST_TEST_EVERY_STEP'] ? 1 : 4

let template: string
beforeAll(async () => {
  template = mkdtempSync(`${tmpdir()}/baluhost-template-`)
  const { address, database, drop } = await createTestDatabase('sqlite')
  const createdAt = new Date()
  await database.setup.create({ data: { id: 1, completedAt: createdAt } })
  for (const [name, role] of [
    ['ada', 'ADMIN'],
    ['ben', 'USER'],
    ['cleo', 'USER'],
  ] as const)
    await database.user.create({ data: { id: `id-${name}`, username: name, usernameKey: name, role, passwordHash: null, createdAt } })
  const endsAt = new Date(createdAt.getTime() + 3_600_000)
  const times = { createdAt, lastUsedAt: createdAt, confirmedAt: createdAt, expiresAt: endsAt, absoluteExpiresAt: endsAt }
  await database.session.create({
    data: { ...times, id: admin.sessionId, tokenHash: 'h', userId: 'id-ada', address: admin.address, client: null, method: 'PASSWORD' },
  })
  await database.$queryRawUnsafe('PRAGMA wal_checkpoint(TRUNCATE)')
  cpSync(address.url.replace('file:', ''), `${template}/people.db`)
  await drop()
  mkdirSync(`${template}/storage`)
})
afterAll(() => rmSync(template, { recursive: true, force: true }))

/** A place of its own, in which the storage knows every file: rows that are found again must be the same rows. */
async function prepare() {
  const folder = mkdtempSync(`${tmpdir()}/baluhost-killed-`)
  cpSync(template, folder, { recursive: true })
  const place = {
    url: `file:${folder}/people.db`,
    storage: `${folder}/storage`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  const { files, close } = await startPeople(place.url, place.storage)
  for (const name of ['ada', 'ben', 'cleo']) await files.ensureHome({ id: `id-${name}`, username: name })
  mkdirSync(`${place.storage}/ben/deep/deeper`, { recursive: true })
  for (const [path, text] of Object.entries(content)) writeFileSync(`${place.storage}/ben/${path}`, text)
  const ids = await idsBelow(files, '/ben')
  await close()
  return { ...place, ids }
}

async function idsBelow(files: Awaited<ReturnType<typeof startPeople>>['files'], path: string) {
  const found = await Promise.all(Object.keys(content).map((name) => files.find(admin, `${path}/${name}`)))
  return found.map((file) => file?.id)
}

async function runKilledAt(url: string, storage: string, what: string, step: number) {
  const child = spawn(process.execPath, [program, url, storage, what, String(step)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', (data) => {
    output += data
  })
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
  return { killed: signal === 'SIGKILL', code, output }
}

const isWhole = (folder: string) =>
  Object.entries(content).every(([path, text]) => existsSync(`${folder}/${path}`) && readFileSync(`${folder}/${path}`, 'utf8') === text)

/** Where all the files are, now that the server has started again. */
function homesOf(storage: string): string[] {
  const candidates = readdirSync(storage, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.parentPath.includes('.baluhost'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(storage.length))
  return candidates.filter((path) => isWhole(storage + path))
}

test.each([
  ['TRANSFER', 1, /^\/cleo\/From ben( \(2\))?$/],
  ['ARCHIVE', 2, /^\/Archive\/ben \d{4}-\d{2}-\d{2}( \(2\))?$/],
  ['DELETE', 3, null],
  ['RENAME', 4, /^\/renamed$/],
] as const)(
  '%s: killed in the middle of it, it has either not happened or is brought to its end by the next start',
  { timeout: 240_000 },
  async (what, first, target) => {
    const seen = { undone: 0, finished: 0 }
    for (let step = stride === 1 ? 1 : first; ; step += stride) {
      const { url, storage, ids, remove } = await prepare()
      try {
        const { killed, code, output } = await runKilledAt(url, storage, what, step)
        if (!killed) {
          expect({ code, output }).toMatchObject({ code: 0, output: expect.stringMatching(/^done in \d+ steps/) })
          break
        }
        // Right after the kill: whatever the rows say, the files are whole in one place, or on their way out for good.
        const atOnce = homesOf(storage)
        if (what !== 'DELETE') expect(atOnce, `step ${step}`).toHaveLength(1)
        const { database, files, failures, close } = await startPeople(url, storage)
        try {
          expect(failures, `step ${step}`).toEqual([])
          const user = await database.user.findUnique({ where: { id: 'id-ben' } })
          const [home, ...more] = homesOf(storage)
          expect(more, `step ${step}`).toEqual([])
          const isUndone = what === 'RENAME' ? user?.username === 'ben' : user !== null
          seen[isUndone ? 'undone' : 'finished'] += 1
          if (isUndone)
            expect({ home, user }, `step ${step}`).toMatchObject({
              home: '/ben',
              user: { deletion: null, homeName: null, disabledAt: null },
            })
          else if (target) expect(home, `step ${step}`).toMatch(target)
          else
            expect({ home, top: readdirSync(storage) }, `step ${step}`).toEqual({
              home: undefined,
              top: expect.not.arrayContaining(['ben']),
            })
          if (what === 'RENAME') expect(user).toMatchObject({ homeName: null })
          // Nothing is left in the way, and entries are the ones they were.
          if (home) expect(await idsBelow(files, home), `step ${step}`).toEqual(ids)
          expect(readdirSync(storage).sort(), `step ${step}`).toEqual(
            [
              ...(what === 'ARCHIVE' && !isUndone ? ['Archive'] : []),
              ...(home && home.split('/').length === 2 ? [home.slice(1)] : []),
              '.baluhost',
              'Shared',
              'ada',
              'cleo',
            ].sort(),
          )
          expect(await database.fileEntry.count({ where: { ownerId: 'id-ben' } }), `step ${step}`).toBe(user ? 4 + 2 : 0)
        } finally {
          await close()
        }
      } finally {
        remove()
      }
    }
    expect(seen.undone).toBeGreaterThan(0)
    expect(seen.finished).toBeGreaterThan(2)
  },
)
