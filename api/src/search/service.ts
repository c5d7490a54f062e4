import type { Actor } from '../auth/model.ts'
import { rootId, type StoredFile, searchKeyOf } from '../files/model.ts'
import { childPath, isWithin, parsePath, rootPath, type StoragePath } from '../files/path.ts'
import { maySee, requireLook, requireSee } from '../files/policy.ts'
import { toStoredFile, unlistedColumns } from '../files/rows.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import { type Candidate, type Position, type Question, readCandidates, secondPart, start } from './candidates.ts'
import { longestQuery, type SearchFilter, wordsOf } from './model.ts'
import { Paths } from './paths.ts'

export interface SearchServiceDeps {
  readonly database: Database
  readonly provider: DatabaseProvider
}

export interface FoundFile {
  readonly file: StoredFile
  readonly cursor: string
}

export interface SearchPage {
  readonly found: readonly FoundFile[]
  /** True when there may be more behind `endCursor`, even after a short page. */
  readonly hasMore: boolean
  readonly endCursor: string | null
}

/** Candidates read at a time, and at most for one page: who sees little of a large storage gets short pages, not slow ones. */
const candidatesAtOnce = 200
const mostCandidates = 4_000

/** Finds files and folders by their names, among what the actor may see. */
export class SearchService {
  readonly #deps: SearchServiceDeps

  constructor(deps: SearchServiceDeps) {
    this.#deps = deps
  }

  /**
   * Entries whose names have all words in them, in any order and case, with or without accents: those that begin with the first word
   * first, by name, then the others, newest entry first. A word of one or two letters alone finds beginnings only.
   * Errors: INVALID_INPUT, FILE_NOT_FOUND (no such folder for the actor).
   */
  async search(
    actor: Actor,
    wish: { readonly query: string; readonly filter: SearchFilter; readonly after: string | null; readonly limit: number },
  ): Promise<SearchPage> {
    requireLook(actor)
    const { query, filter } = wish
    if (query.length > longestQuery) throw new InvalidInput(`At most ${longestQuery} letters.`, 'query')
    if (query.includes('\u0000') || !query.isWellFormed()) throw new InvalidInput('This is no text that a name could have.', 'query')
    const within = filter.folder === null ? rootPath : parsePath(filter.folder, 'filter.folder')
    requireSee(actor, within, 'filter.folder')
    let position: Position | null = wish.after === null ? start : parseCursor(wish.after)
    const words = wordsOf(query, searchKeyOf)
    if (words.length === 0) return { found: [], hasMore: false, endCursor: null }

    const { database, provider } = this.#deps
    const question: Question = { words, filter }
    const paths = new Paths(database)
    const seen: Seen[] = []
    let looked = 0
    while (position && seen.length < wish.limit && looked < mostCandidates) {
      const candidates: Candidate[] = await readCandidates(database, provider, question, position, candidatesAtOnce)
      looked += candidates.length
      await paths.load(candidates.map(({ parentId }) => parentId))
      const from: Position = position
      const last = candidates.length === candidatesAtOnce ? candidates.at(-1) : null
      position = last ? behind(from, last) : from.part === 'beginning' ? secondPart : null
      for (const candidate of candidates) {
        const path = pathOf(paths, candidate)
        if (!path || !isWithin(path, within) || path.text === within.text || !maySee(actor, path)) continue
        const after = behind(from, candidate)
        seen.push({ candidate, after })
        if (seen.length < wish.limit) continue
        position = after
        break
      }
    }
    const endCursor = position && cursorOf(position)
    return { found: await this.#describe(seen, paths), hasMore: position !== null, endCursor }
  }

  async #describe(seen: readonly Seen[], paths: Paths): Promise<FoundFile[]> {
    const ids = seen.map(({ candidate }) => candidate.id)
    const rows = await this.#deps.database.fileEntry.findMany({ where: { id: { in: ids } }, omit: unlistedColumns })
    const byId = new Map(rows.map((row) => [row.id, row]))
    return seen.flatMap(({ candidate, after }) => {
      const row = byId.get(candidate.id)
      const place = paths.find(candidate.parentId)
      if (!row || !place) return []
      const parent = place.segments.reduce(childPath, rootPath)
      const file = toStoredFile(row, parent.text, place.homeOwner ?? (row.parentId === rootId ? row.ownerId : null))
      return [{ file, cursor: cursorOf(after) }]
    })
  }
}

/** An entry that the actor sees, and where a page goes on behind it. */
interface Seen {
  readonly candidate: Candidate
  readonly after: Position
}

function pathOf(paths: Paths, { name, parentId }: Candidate): StoragePath | null {
  const place = paths.find(parentId)
  return place && [...place.segments, name].reduce(childPath, rootPath)
}

function behind(from: Position, { id, searchKey }: Candidate): Position {
  return from.part === 'beginning' ? { part: 'beginning', searchKey, id } : { part: 'within', id }
}

function cursorOf(position: Position): string {
  const parts = position.part === 'beginning' ? [position.id, position.searchKey] : [position.id]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function parseCursor(text: string): Position {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    parts = null
  }
  const [id, searchKey] = Array.isArray(parts) ? parts : []
  const known = Number.isSafeInteger(id) && id >= -1 && id <= 2_147_483_647
  if (known && searchKey === undefined) return { part: 'within', id }
  if (known && typeof searchKey === 'string' && searchKey.isWellFormed() && !searchKey.includes('\u0000'))
    return { part: 'beginning', searchKey, id }
  throw new InvalidInput('This cursor is not of this search.', 'after')
}
