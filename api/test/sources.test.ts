import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'

/**
 * What no source of the server or the dashboard may do, and the few places that may, each with its reason. Found by its
 * text: crude, and it sees every line.
 */
const root = fileURLToPath(new URL('../..', import.meta.url))
const server = sourcesOf('api/src')
const dashboard = sourcesOf('web/src')
const all = [...server, ...dashboard]

interface Source {
  readonly file: string
  readonly lines: readonly string[]
}

/** Of what runs: no tests, nothing that only tests use, nothing generated. */
function sourcesOf(folder: string): Source[] {
  return readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name}`)
    .filter(
      (file) => /\.tsx?$/.test(file) && !/\.(test|contract)\.tsx?$|\/generated\/|\/(test|crash)-[\w-]+\.ts$|-fixtures\.ts$/.test(file),
    )
    .map((file) => ({ file, lines: readFileSync(`${root}/${file}`, 'utf8').split('\n') }))
}

/** The lines that match, but for comments, as `file: line`. */
function found(sources: readonly Source[], pattern: RegExp): string[] {
  return sources.flatMap(({ file, lines }) =>
    lines.filter((line) => !/^\s*(\*|\/\/|\/\*)/.test(line) && pattern.test(line)).map((line) => `${file}: ${line.trim()}`),
  )
}

/** Which files have such lines. */
function filesWith(sources: readonly Source[], pattern: RegExp): string[] {
  return [...new Set(found(sources, pattern).map((hit) => hit.split(': ')[0] ?? ''))].sort()
}

beforeAll(() => {
  // Where nothing is read, nothing is found.
  expect(server.length).toBeGreaterThan(80)
  expect(dashboard.length).toBeGreaterThan(80)
  expect(filesWith(all, /^export /).length).toBeGreaterThan(160)
})

test('no text becomes HTML or code', () => {
  const dangerous = /\beval\(|new Function\(|\.(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|srcDoc|node:vm|javascript:/
  expect(found(all, dangerous)).toEqual([])
  // The script that chooses the theme before the first paint: a constant, known to the policy of the page by its hash.
  expect(found(all, /dangerouslySetInnerHTML/)).toEqual([
    'web/src/app/layout.tsx: <script dangerouslySetInnerHTML={{ __html: firstPaintScript }} />',
  ])
})

test('no SQL is put together from values', () => {
  const unsafe = found(server, /\$(query|execute)RawUnsafe/)
  // Each is one literal: nothing is put into it, and it takes no values.
  const made = unsafe.filter((hit) => !/RawUnsafe(<.*>)?\('[^']*'\)/.test(hit))
  expect(made.map((hit) => hit.slice(0, hit.indexOf(':')))).toEqual([
    // ANALYZE takes no values: a name as the database itself has quoted it.
    'api/src/maintenance/postgresql.ts',
  ])
  expect(found(server, /Prisma\.raw\(/)).toEqual([])
})

test('no shell is started', () => {
  expect(found(server, /\bshell: true|node:cluster/)).toEqual([])
  expect(filesWith(server, /node:child_process/)).toEqual([
    // FFmpeg, by an argument list of constants; the film comes as a descriptor.
    'api/src/thumbnails/video.ts',
  ])
})

test('no regular expression is made from text', () => {
  expect(filesWith(all, /new RegExp\(/)).toEqual([
    // Made of constants: the form of an API key.
    'api/src/keys/key-text.ts',
  ])
})

test('the server calls nobody', () => {
  expect(found(server, /(^|[^.\w])fetch\(|\bhttps?\.(request|get)\(|net\.connect|\bundici\b|axios|new WebSocket\(/)).toEqual([])
})

test('what must not be guessed comes from node:crypto', () => {
  expect(filesWith(all, /Math\.random/)).toEqual([
    // How long a page waits before it connects again.
    'web/src/graphql/live-socket.ts',
  ])
})

test('only known hashes and ciphers are used', () => {
  const hashes = found(server, /create(Hash|Hmac)\(/)
  expect(hashes.length).toBeGreaterThan(2)
  // What a client announces as the checksum of one part: it may choose among those that uploads list.
  const chosen = hashes.filter((hit) => !/create(Hash|Hmac)\('sha256'/.test(hit))
  expect(chosen.filter((hit) => !hit.startsWith('api/src/files/upload-digest.ts'))).toEqual([])
  const ciphers = found(server, /createCipher|createDecipher/).filter((hit) => !hit.includes(': import '))
  expect(ciphers.filter((hit) => !/create(C|Dec)ipheriv\('aes-256-gcm'/.test(hit))).toEqual([])
  expect(found(all, /\b(md5|rc4|des-ede|aes-\d+-(ecb|cbc)|bcrypt|pbkdf2)\b/i)).toEqual([])
})

test('nothing but JSON is made into objects', () => {
  expect(found(all, /node:v8|\bdeserialize\(|from '[^']*(xml|yaml|serialize)/)).toEqual([])
})

test('no message of another window is listened to', () => {
  expect(found(dashboard, /addEventListener\('message'|onmessage|\.postMessage\(/)).toEqual([])
})

test('the dashboard keeps only preferences in the browser', () => {
  expect(filesWith(dashboard, /\b(localStorage|sessionStorage|indexedDB|document\.cookie|caches\.open)\b/)).toEqual([
    'web/src/features/files/listing/view.ts',
    // That this tab has been loaded anew once for a newer dashboard.
    'web/src/graphql/reload-once.ts',
    'web/src/messages/locale.ts',
    'web/src/ui/first-paint.ts',
    'web/src/ui/theme.ts',
  ])
})

test('no secret stands in the sources', () => {
  const secrets = /BEGIN (RSA |EC )?PRIVATE KEY|balu_[A-Za-z0-9_-]{24,}|(password|secret|token)\w*\s*[:=]\s*'[^'{} ]{16,}'/i
  expect(found(server, secrets)).toEqual([])
})
