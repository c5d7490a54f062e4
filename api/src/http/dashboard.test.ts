import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testActor } from '../files/test-storage.ts'
import type { Services } from '../graphql/context.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { Bus } from '../platform/bus.ts'
import { createHttpServer } from './server.ts'

const page = (title: string) => `<!doctype html><title>${title}</title>${'<p>long enough to be compressed</p>'.repeat(20)}`
const script = `console.log(${JSON.stringify('x'.repeat(500))})`

let folder: string
let app: FastifyInstance
let bare: FastifyInstance
let origin: string
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-dashboard-`)
  const out = `${folder}/out`
  mkdirSync(`${out}/_next/static/chunks`, { recursive: true })
  mkdirSync(`${out}/people`)
  mkdirSync(`${out}/playground`)
  writeFileSync(`${folder}/secret.txt`, 'secret')
  const files = {
    'index.html': page('Home'),
    'people.html': page('People'),
    'people/new.html': page('New'),
    '404.html': page('Not found'),
    '_next/static/chunks/a1b2.js': script,
    'playground/graphiql.js': script,
    'logo.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  }
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(`${out}/${name}`, text)
    if (name.endsWith('.svg')) continue
    writeFileSync(`${out}/${name}.gz`, gzipSync(text))
    if (!name.startsWith('playground/')) writeFileSync(`${out}/${name}.br`, brotliCompressSync(text))
  }
  const hash = 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
  const pages = { 'index.html': [hash], 'people.html': [], 'people/new.html': [], '404.html': [] }
  writeFileSync(`${out}/export.json`, JSON.stringify({ pages }))

  const identification = {
    actorOf: async ({ cookies }: { cookies?: string }, origin: object) =>
      cookies === 'signed-in' ? testActor('ben') : { kind: 'anonymous', ...origin },
  }
  const services = { identification, sessions: { hasCookie: () => false } } as unknown as Services
  const readiness = () => ({ ready: true, missing: [] })
  const deps = { schema: nasSchema, services, bus: new Bus(), log: pino({ level: 'silent' }), readiness }
  app = await createHttpServer({ ...deps, dashboardDir: out })
  bare = await createHttpServer({ ...deps, dashboardDir: `${folder}/nothing` })
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await app.close()
  await bare.close()
  rmSync(folder, { recursive: true })
})

interface RawAnswer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
  readonly body: Buffer
}

/** The path as it is: fetch would tidy it up, and decompress what comes. */
function load(path: string, headers: Record<string, string> = { accept: 'text/html' }, method = 'GET'): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin)
    const sent = request({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }))
    })
    sent.on('error', reject)
    sent.end()
  })
}

describe('pages', () => {
  test.each([
    ['/', 'Home'],
    ['/index.html', 'Home'],
    ['/people', 'People'],
    ['/people?tab=1', 'People'],
    ['/people/new', 'New'],
  ])('%s', async (path, title) => {
    const { status, headers, body } = await load(path)
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([
      200,
      expect.stringMatching(/^text\/html; ?charset=utf-8$/i),
      'no-cache',
    ])
    expect(body.toString()).toContain(`<title>${title}</title>`)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
    const { status: unchanged } = await load(path, { accept: 'text/html', 'if-none-match': String(headers['etag']) })
    expect(unchanged).toBe(304)
  })

  test('each with a policy of its own that lets no inline script through but those it was built with', async () => {
    const policies = await Promise.all(
      ['/', '/people', '/people/new', '/none'].map(async (path) => (await load(path)).headers['content-security-policy']),
    )
    for (const policy of policies) {
      expect(policy).toMatch(/default-src 'none'/)
      expect(policy).toMatch(/frame-ancestors 'none'/)
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
    }
    expect(policies[0]).toContain("script-src 'self' 'sha256-AAAA")
    expect(policies[1]).toMatch(/script-src 'self';/)
  })

  test('an address without a page gets the page that says so, and programs a problem', async () => {
    for (const path of ['/none', '/people/none', '/_next/static/none', '/apiary', '/filesystem']) {
      const { status, body } = await load(path)
      expect([path, status]).toEqual([path, 404])
      expect(body.toString()).toContain('<title>Not found</title>')
    }
    for (const [path, accept] of [
      ['/none', 'application/json'],
      ['/none', '*/*'],
      ['/api/none', 'text/html'],
      ['/uploads/x/y', 'text/html'],
    ] as const) {
      const { status, headers, body } = await load(path, { accept })
      expect([status, headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
      expect(JSON.parse(body.toString())).toMatchObject({ code: 'NOT_FOUND', status: 404, requestId: headers['x-request-id'] })
    }
    expect((await load('/people', { accept: 'text/html' }, 'POST')).status).toBe(404)
  })

  test('the icon is also where browsers look for it unasked', async () => {
    const { status, headers } = await load('/favicon.ico', { accept: 'image/*' })
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml'])
  })

  test('where the dashboard is not built, every address is a problem', async () => {
    const response = await bare.inject({ url: '/', headers: { accept: 'text/html' } })
    expect([response.statusCode, response.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8'])
    expect(response.json()).toMatchObject({ code: 'NOT_FOUND', requestId: expect.any(String) })
    expect((await bare.inject({ url: '/healthz' })).json()).toEqual({ status: 'ok' })
  })
})

describe('assets', () => {
  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
    ['identity', undefined, (bytes: Buffer) => bytes],
    [undefined, undefined, (bytes: Buffer) => bytes],
  ] as const)('accepting %s', async (accepted, encoding, decode) => {
    for (const [path, text] of [
      ['/_next/static/chunks/a1b2.js', script],
      ['/people', page('People')],
    ] as const) {
      const { status, headers, body } = await load(path, accepted ? { 'accept-encoding': accepted } : {})
      expect([status, headers['content-encoding']]).toEqual([200, encoding])
      expect(decode(body).toString()).toBe(text)
      expect(headers['vary']).toMatch(/accept-encoding/i)
    }
  })

  test('those named by their content are kept for ever, the others asked for anew', async () => {
    expect((await load('/_next/static/chunks/a1b2.js')).headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await load('/_next/static/chunks/a1b2.js', { 'accept-encoding': 'br' })).headers['cache-control']).toMatch(/immutable/)
    for (const path of ['/playground/graphiql.js', '/logo.svg']) expect((await load(path)).headers['cache-control'], path).toBe('no-cache')
    const missing = await load('/_next/static/chunks/none.js')
    expect([missing.status, missing.headers['cache-control'] ?? 'no-cache']).toEqual([404, 'no-cache'])
  })

  test('types are said and believed', async () => {
    const { headers } = await load('/_next/static/chunks/a1b2.js')
    expect(headers['content-type']).toMatch(/javascript/)
    expect(headers['x-content-type-options']).toBe('nosniff')
  })
})

test.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '/people/../../secret.txt',
  '/people/..%2f..%2fsecret.txt',
  '/_next/static/..%2f..%2f..%2f..%2fsecret.txt',
  '/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd',
  '/%252e%252e%252fsecret.txt',
  '//secret.txt',
  '//etc/passwd',
  '///etc/passwd',
  '/people%00.html',
  '/%00',
  '/%ff',
  '/people/',
  '/people\\..\\..\\secret.txt',
  'http://evil.example/../secret.txt',
])('%s leads nowhere else', async (path) => {
  const { status, headers, body } = await load(path)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(body.toString()).not.toMatch(/secret$|root:|ENOENT|baluhost-dashboard/)
  expect(headers['location']).toBeUndefined()
  if (String(headers['content-type']).includes('json'))
    expect(JSON.parse(body.toString())).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), requestId: expect.any(String) })
})

describe('the playground', () => {
  test('is for those who are signed in', async () => {
    const { status, headers, body } = await load('/graphql', { accept: 'text/html', cookie: 'signed-in' })
    expect([status, headers['cache-control'], headers['x-content-type-options']]).toEqual([200, 'no-store', 'nosniff'])
    expect(body.toString()).toContain('/playground/graphiql.js')
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/script-src 'self';/)
    expect(policy).toMatch(/frame-ancestors 'none'/)
  })

  test('others are led to the sign-in page of this server, wherever they want to go', async () => {
    for (const path of ['/graphql', '/graphql?next=//evil.example', '/graphql?x=%0d%0aset-cookie:a=b']) {
      const { status, headers } = await load(path)
      expect([status, headers['location']]).toEqual([302, '/sign-in?next=/graphql'])
      expect(headers['set-cookie']).toBeUndefined()
    }
  })

  test('a program gets no page', async () => {
    const { status, body } = await load('/graphql', { accept: '*/*', cookie: 'signed-in' })
    expect([status, JSON.parse(body.toString()).errors[0].extensions.code]).toEqual([405, 'METHOD_NOT_ALLOWED'])
  })
})
