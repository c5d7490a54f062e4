import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'

let nas: TestNas
let admin: Client
let ben: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
  for (const [username, role] of [
    ['ben', 'USER'],
    ['vera', 'VIEWER'],
  ] as const) {
    await admin.createUser({ username, password: goodPassword, role })
  }
  ben = nas.client()
  await ben.signIn('ben', goodPassword)
  writeFileSync(`${nas.storageDir}/ben/file`, randomBytes(10))
})
afterAll(() => nas.close())

interface Failure {
  readonly code: string
  readonly status?: number
  readonly field?: string | null
  readonly requestId?: string
}

const download = async (client: Client, path: string): Promise<Failure> => {
  const response = await client.fetch(`/files${path}`)
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  const body = (await response.json()) as Failure
  expect(body.status).toBe(response.status)
  expect(body.requestId).toBe(response.headers.get('x-request-id'))
  return body
}
const upload = async (client: Client, path: string): Promise<Failure> => {
  const response = await client.fetch('/uploads', {
    method: 'POST',
    headers: {
      'tus-resumable': '1.0.0',
      'upload-length': '1',
      'upload-metadata': `path ${Buffer.from(path).toString('base64')}`,
      'x-baluhost-csrf': '1',
    },
  })
  const body = (await response.json()) as Failure
  expect(body.status).toBe(response.status)
  return body
}
const list = async (client: Client, path: string): Promise<Failure> => {
  const { errors } = await client.graphql('query ($path: Path!) { files(path: $path) { totalCount } }', { path })
  return errors?.[0]?.extensions ?? { code: 'none' }
}
const createFolder = async (client: Client, path: string): Promise<Failure> => {
  const { data, errors } = await client.graphql(
    'mutation ($path: Path!) { createFolder(input: { path: $path }) { ... on Problem { code field } } }',
    { path },
  )
  return errors?.[0]?.extensions ?? data.createFolder
}

test.each<[string, string, number, string, ('download' | 'upload' | 'list' | 'createFolder')[]]>([
  ['nobody is signed in', '/ben', 401, 'UNAUTHENTICATED', ['download', 'upload', 'list', 'createFolder']],
  ['there is nothing', '/ben/none/x', 404, 'FILE_NOT_FOUND', ['download', 'upload', 'list', 'createFolder']],
  ['it is another’s', '/ada/x', 404, 'FILE_NOT_FOUND', ['download', 'upload', 'list', 'createFolder']],
  ['a name is taken', '/ben/file', 409, 'NAME_TAKEN', ['upload', 'createFolder']],
  ['a file stands where a folder must', '/ben/file/x', 409, 'NOT_A_FOLDER', ['download', 'upload', 'list', 'createFolder']],
  ['it leads out', '/ben/../ada', 403, 'PATH_OUTSIDE_STORAGE', ['upload', 'list', 'createFolder']],
  ['it is no path', 'ben', 422, 'INVALID_INPUT', ['upload', 'list', 'createFolder']],
  ['it is the server’s own', '/.baluhost/spool', 422, 'INVALID_INPUT', ['download', 'upload', 'list', 'createFolder']],
  ['it may not be done', '/x', 403, 'FORBIDDEN', ['upload', 'createFolder']],
])('when %s, the code is the same at every door', async (what, path, status, code, doors) => {
  const client = what === 'nobody is signed in' ? nas.client() : ben
  const ways = { download, upload, list, createFolder }
  const failures = await Promise.all(doors.map((door) => ways[door](client, path)))
  for (const [index, failure] of failures.entries()) {
    expect(failure.code, doors[index]).toBe(code)
    if (doors[index] === 'download' || doors[index] === 'upload') expect(failure.status).toBe(status)
  }
  const fields = new Set(failures.map(({ field }) => field ?? null))
  expect(fields.size, `the field at fault: ${[...fields]}`).toBe(1)
})

test('docs/errors.md lists every code, and no two failures share one', () => {
  const script = fileURLToPath(new URL('../../../scripts/errors-page.mjs', import.meta.url))
  execFileSync(process.execPath, [script, '--check'], { stdio: ['ignore', 'ignore', 'inherit'] })
})
