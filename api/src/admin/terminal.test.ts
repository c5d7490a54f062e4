import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyPassword } from '../auth/password.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { readSecrets } from '../platform/secrets.ts'
import { generatePassword } from './terminal.ts'

const program = fileURLToPath(new URL('../admin.ts', import.meta.url))
// From util-linux: runs a command at a terminal of its own.
const script = '/usr/bin/script'

let folder: string
let url: string
let database: Database
let drop: () => Promise<void>
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-terminal-`)
  const made = await createTestDatabase('sqlite')
  ;({ database, drop } = made)
  url = made.address.url
  await readSecrets({ file: `${folder}/master-key`, credential: null })
  await database.setup.create({ data: { id: 1, completedAt: new Date() } })
  await database.user.create({ data: { id: 'z', username: 'zoe', usernameKey: 'zoe', role: 'USER', createdAt: new Date() } })
})
afterAll(async () => {
  await drop()
  rmSync(folder, { recursive: true, force: true })
})

/** Types each answer once it is asked for. Returns all that the terminal showed. */
function atTerminal(answers: readonly string[]): Promise<{ code: number | null; shown: string }> {
  const command = `exec ${process.execPath} ${program} reset-password zoe`
  const env = { PATH: process.env['PATH'] ?? '', BALUHOST_DATA_DIR: folder, DATABASE_URL: url, SHELL: '/bin/sh' }
  const child = spawn(script, ['-qec', command, '/dev/null'], { env })
  const questions = ['New password of zoe: ', 'The same again: ']
  let shown = ''
  let asked = 0
  child.stdout.on('data', (data) => {
    shown += data
    const question = questions[asked]
    if (question && shown.includes(question)) child.stdin.write(`${answers[asked++] ?? ''}\r`)
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, shown })))
}

const hash = async () => (await database.user.findUniqueOrThrow({ where: { id: 'z' } })).passwordHash

test.skipIf(!existsSync(script))('a password is asked for twice and never shown; backspace and Ctrl-U work', async () => {
  const { code, shown } = await atTerminal(['a phrase tyq\u007fped by zoe ü', 'wrong\u0015a phrase typed by zoe ü'])
  expect(code, shown).toBe(0)
  expect(shown).not.toMatch(/phrase|typed|ü/)
  expect(await verifyPassword((await hash()) ?? '', 'a phrase typed by zoe ü')).toBe(true)
})

test.skipIf(!existsSync(script)).each([
  ['two that differ', ['a phrase typed by zoe', 'a phrase typed by zo']],
  ['Ctrl-C', ['a phrase typed\u0003', '']],
])('%s change nothing', async (_what, answers) => {
  const before = await hash()
  const { code, shown } = await atTerminal(answers)
  expect([code, shown]).toEqual([2, expect.stringContaining('Nothing was changed')])
  expect(shown).not.toContain('phrase')
  expect(await hash()).toBe(before)
})

test('passwords that are made up are long, strong and never the same', () => {
  const made = Array.from({ length: 100 }, generatePassword)
  expect(new Set(made).size).toBe(100)
  for (const password of made) expect(password).toMatch(/^([a-z2-9]{5}-){4}[a-z2-9]{5}$/)
})
