import type { Entry } from './listing/entry'
import { nameOf, parentOf, ROOT } from './path'

/** The server reads at most 16 KiB of headers, the address among them. */
const LONGEST = 12_000

export type Refusal = 'tooManyForArchive' | { code: string; message: string } | 'offline'

/**
 * Where the browser gets these entries: a file as it is, everything else as one archive. `total` says how many there are in the folder:
 * all of them together are the folder. Null when the address would be longer than a server reads.
 */
export function downloadHref(entries: readonly Entry[], total: number | null): string | null {
  const [first] = entries
  if (!first) return null
  if (entries.length === 1 && !first.isFolder) return `${first.downloadUrl}?download`
  const folder = parentOf(first.path)
  const isWhole = entries.length > 1 && entries.length === total && folder !== ROOT
  const paths = isWhole ? [folder] : entries.map((entry) => entry.path)
  const query = new URLSearchParams(paths.map((path) => ['path', path]))
  if (entries.length > 1 && folder !== ROOT) query.set('name', nameOf(folder))
  const href = `/archive?${query}`
  return href.length > LONGEST ? null : href
}

/** Hands the entries to the browser's own downloads. Says why not, where it can be known before. */
export async function downloadEntries(entries: readonly Entry[], total: number | null): Promise<Refusal | null> {
  const href = downloadHref(entries, total)
  if (href === null) return 'tooManyForArchive'
  if (href.startsWith('/archive')) {
    // A refusal would be saved under the archive's name.
    const refusal = await askFirst(href)
    if (refusal) return refusal
  }
  const link = document.createElement('a')
  link.href = href
  link.download = ''
  document.body.append(link)
  link.click()
  link.remove()
  return null
}

async function askFirst(href: string): Promise<Refusal | null> {
  try {
    const { ok } = await fetch(href, { method: 'HEAD' })
    if (ok) return null
    // A HEAD has no words; whoever asks for the whole gets the same refusal with them.
    const answer = await fetch(href)
    if (answer.ok) {
      await answer.body?.cancel()
      return null
    }
    const problem: unknown = await answer.json()
    return isProblem(problem) ? problem : 'offline'
  } catch {
    return 'offline'
  }
}

function isProblem(value: unknown): value is { code: string; message: string } {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}
