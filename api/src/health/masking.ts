/** Longer texts are cut: an error may carry a whole statement. */
const longest = 500
const masked = '***'

const patterns: readonly (readonly [RegExp, string])[] = [
  // User and password of an address: postgresql://user:password@host, redis://:password@host.
  [/\b([a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@'"]*:[^\s'"]*@/gi, `$1${masked}@`],
  [/\b(authorization["']?\s*[:=]\s*["']?(?:bearer|basic)?\s*)[^\s"',;]+/gi, `$1${masked}`],
  [/\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}/gi, `$1 ${masked}`],
  [
    /\b((?:[a-z0-9]+[_-])*(?:password|passwd|pwd|passphrase|secret|token|api[_-]?key|access[_-]?key)["']?\s*(?:[:=]|\bis\b)\s*)(?:"[^"]*"|'[^']*'|[^\s"',;&)]+)/gi,
    `$1${masked}`,
  ],
  // API keys of this server.
  [/\bbalu_[A-Za-z0-9_-]{8,}/g, masked],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, masked],
]

/**
 * Makes texts fit to be shown and logged: what errors say comes from drivers and libraries, which put in what they were given. Takes
 * out secrets that are known, then whatever has the form of one.
 */
export class Masking {
  readonly #known: readonly string[]

  /** `secrets` also as they stand in an address, percent-encoded. Short ones are found by their form alone: they would mask words. */
  constructor(secrets: readonly string[] = []) {
    const forms = secrets.flatMap((secret) => [secret, decoded(secret), encodeURIComponent(secret)])
    // The longest first: one may be part of another.
    this.#known = [...new Set(forms)].filter((each) => each.length >= 6).sort((a, b) => b.length - a.length)
  }

  mask(text: string): string {
    let clean = text
    for (const secret of this.#known) clean = clean.replaceAll(secret, masked)
    for (const [pattern, instead] of patterns) clean = clean.replace(pattern, instead)
    clean = clean.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
    return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
  }

  /** What an error says, with what caused it; a name where it says nothing. */
  textOf(error: unknown): string {
    const parts: string[] = []
    let current: unknown = error
    for (let depth = 0; current !== undefined && current !== null && depth < 3; depth += 1) {
      parts.push(ownText(current))
      current = current instanceof Error ? current.cause : null
    }
    return this.mask([...new Set(parts)].join(': '))
  }
}

function ownText(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === 'string' ? error : 'An unknown failure.'
  // Several addresses of one host were tried: what each said, the outer error does not.
  const inner = error instanceof AggregateError ? error.errors.map((each) => (each instanceof Error ? each.message : String(each))) : []
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const said = [error.message, ...inner].filter(Boolean).join('; ')
  return said ? (code && !said.includes(code) ? `${said} (${code})` : said) : code || error.name
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
