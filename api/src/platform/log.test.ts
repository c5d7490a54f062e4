import { Writable } from 'node:stream'
import { GraphQLError, Source } from 'graphql'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../files/test-storage.ts'
import { createLog } from './log.ts'

async function logged(write: (log: Awaited<ReturnType<typeof createLog>>) => void): Promise<string> {
  let text = ''
  const destination = new Writable({
    write(line, _encoding, done) {
      text += line
      done()
    },
  })
  write(await createLog({ level: 'trace', format: 'json', destination }))
  return text
}

test('of an error its kind, code, message, place and causes are logged, and nothing that libraries hang onto it', async () => {
  const cause = Object.assign(new Error('the disk is full'), { code: 'ENOSPC', request: { headers: { cookie: 'hunter2' } } })
  const error = Object.assign(new TypeError('it failed', { cause }), { config: { auth: 'hunter2' }, variables: { a: 'hunter2' } })
  const source = new Source('mutation { signIn(input: { password: "hunter2" }) { id } }')
  const text = await logged((log) => {
    log.error({ err: error, requestId: '01' }, 'a field failed')
    log.error({ err: new GraphQLError('a fault', { source, positions: [3] }) }, 'a document')
    log.error({ err: 'hunter2' }, 'what is thrown is no error')
    log.error(error)
  })
  expect(text).not.toContain('hunter2')
  const [first] = text.split('\n')
  expect(JSON.parse(first ?? '')).toMatchObject({
    msg: 'a field failed',
    requestId: '01',
    err: {
      type: 'TypeError',
      message: 'it failed',
      stack: expect.stringContaining('log.test.ts'),
      cause: { code: 'ENOSPC', message: 'the disk is full' },
    },
  })
})

test('what is named like a secret is cut out, should anything ever log it', async () => {
  const text = await logged((log) => {
    log.info({
      password: 'hunter2',
      input: { password: 'hunter2', name: 'ben' },
      req: { headers: { cookie: 'hunter2', authorization: 'hunter2' } },
    })
    log.info({ setupToken: 'hunter2', variables: { input: { token: 'hunter2', secret: 'hunter2' } } })
  })
  expect(text).not.toContain('hunter2')
  expect(text.match(/\[secret\]/g)).toHaveLength(7)
  expect(text).toContain('ben')
})

test('an error of the database does not tell what was to be written', async () => {
  const { database, drop } = await createTestDatabase('sqlite')
  const failing = [
    database.user.create({ data: { id: 'u', username: 'hunter2', passwordHash: 'hunter2', wrong: true } as never }),
    database.user.findMany({ where: { passwordHash: { unknown: 'hunter2' } } as never }),
    database.session.create({ data: { tokenHash: 'hunter2' } as never }),
    database.$executeRawUnsafe("INSERT INTO none VALUES ('hunter2')"),
    database.$executeRaw`INSERT INTO "Session" ("id") VALUES (${'hunter2'})`,
  ]
  const errors = await Promise.all(
    failing.map((promise) =>
      promise.then(
        () => null,
        (error: unknown) => error,
      ),
    ),
  )
  const text = await logged((log) => {
    for (const err of errors) log.error({ err }, 'failed')
  })
  await drop()
  expect(errors.filter((error) => error instanceof Error)).toHaveLength(5)
  expect(text).not.toContain('hunter2')
})
