import { readFileSync } from 'node:fs'
import { type Asker, canaries } from './fixture.ts'

/** An answer as it came off the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** How the insides show: frames of a stack, paths of this machine, words of libraries and of the database. */
const insides =
  /\bat (async )?[\w.<>]+ \(|\bat file:|node:internal|node_modules|\.[cm]?[jt]s:\d+|prisma|sqlite|libsql|postgres|\bP20\d\d\b|SELECT .* FROM|Cannot (read|set) propert|is not a function|is not iterable|undefined is not|Invariant|fastify|FST_ERR|graphql-yoga|pothos|\bzod\b|lucia/i
/** What the operating system says, in its own spelling. */
const systemErrors = /\bE(NOENT|ACCES|PERM|EXIST|INVAL|ISDIR|NOTDIR|NAMETOOLONG|MFILE|BUSY|IO|ROFS)\b|syscall|errno/
/** What nobody may ever see, whoever asks. */
const secrets = /\$argon2|BEGIN [A-Z ]*PRIVATE KEY/

/** The statuses each code may come with. A code that is not in the list is none. */
export const documented = new Map(
  [...readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8').matchAll(/^\| `([A-Z_0-9]+)` +\| ([\d, ]+) /gm)].map(
    ([, code = '', statuses = '']) => [code, statuses.split(',').map(Number)] as const,
  ),
)

/** What is wrong with an answer; null when nothing is. `asked` is the text that was sent: what it says may come back. */
export function faultOf(answer: Answer, asker: Asker, asked: string, places: readonly string[]): string | null {
  const { status, headers, body } = answer
  const json = parsed(body)
  const failures = failuresIn(json)
  for (const { code, message } of failures) {
    if (code === 'INTERNAL') return 'an INTERNAL failure'
    if (!documented.has(code)) return `a code that docs/errors.md does not know: ${code}`
    if (typeof message === 'string') {
      const found = insides.exec(message) ?? systemErrors.exec(message)
      if (found && !asked.includes(found[0])) return `a message tells of the insides: ${message}`
      if (asker.role === null && message.includes('Did you mean')) return `a stranger is told the schema: ${message}`
    }
  }
  if (status >= 500) {
    const allowed = failures.some(({ code }) => code !== 'INTERNAL' && documented.get(code)?.includes(status))
    if (!allowed) return `a ${status}`
  }
  // The page of the dashboard that says so to people.
  const isPage = status === 404 && /^text\/html/.test(String(headers['content-type'] ?? ''))
  if (status >= 400 && failures.length === 0 && body !== '' && !isPage) return `a ${status} without a code`
  const place = places.find((text) => body.includes(text))
  if (place) return `a path of the machine: ${place}`
  if (secrets.test(body)) return 'a secret'
  if (asker.role === null && /"__(schema|type)":\{/.test(body)) return 'a stranger is told the schema'
  // Administrators see everything that is not a secret.
  const [canary] = asker.role === 'admin' ? [] : canariesIn(body, asked)
  if (canary) return `what belongs to somebody else: ${canary}`
  return null
}

/** What stands in an answer of somebody else's, but for what was in the question itself. */
export function canariesIn(body: string, asked: string): string[] {
  return Object.values(canaries).filter((text) => body.includes(text) && !asked.includes(text))
}

interface Failure {
  readonly code: string
  readonly message: unknown
}

/** Every error of an answer: of GraphQL, of a union, or of HTTP. */
function failuresIn(json: unknown): Failure[] {
  if (typeof json !== 'object' || json === null) return []
  if ('errors' in json && Array.isArray(json.errors)) {
    return json.errors.map((error) => ({ code: String(error?.extensions?.code), message: error?.message }))
  }
  if ('code' in json && 'status' in json && 'requestId' in json) {
    return [{ code: String(json.code), message: 'message' in json ? json.message : null }]
  }
  return []
}

/** True when an answer says that its asker is nobody. */
export function isSignedOut({ body }: Answer): boolean {
  return body.includes('"UNAUTHENTICATED"')
}

/** The JSON of an answer, also where it was asked for as an event or as a part of several. */
export function parsed(body: string): unknown {
  const text = /^(?:data: )?(\{.*\})\s*$/m.exec(body)?.[1] ?? body
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
