import { join, type Sql, sqltag } from '@prisma/client/runtime/client'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { endings, indexedLetters, type SearchFilter, type Words } from './model.ts'

/** An entry whose name fits; whether the viewer may see it is another question. */
export interface Candidate {
  readonly id: number
  readonly parentId: number
  readonly name: string
  readonly searchKey: string
}

/** Where the next candidates begin. */
export type Position =
  /** Names that begin with the first word, in their order: behind this one. */
  | { readonly part: 'beginning'; readonly searchKey: string; readonly id: number }
  /** All others, newest entry first: before this one. */
  | { readonly part: 'within'; readonly id: number }

export const start: Position = { part: 'beginning', searchKey: '', id: -1 }
export const secondPart: Position = { part: 'within', id: 2_147_483_647 }

export interface Question {
  readonly words: Words
  readonly filter: SearchFilter
}

/** The next so many candidates from a position, in order. */
export async function readCandidates(
  database: Database,
  provider: DatabaseProvider,
  { words, filter }: Question,
  position: Position,
  limit: number,
): Promise<Candidate[]> {
  const [first = ''] = words
  const contains = provider === 'postgresql' ? likePostgresql : likeSqlite
  const conditions = filterConditions(filter)
  if (position.part === 'beginning') {
    // A range of bytes: both databases have an index for it. No name is longer than a row of the highest letters.
    conditions.push(
      sqltag`e."searchKey" >= ${first}`,
      sqltag`e."searchKey" < ${`${first}\u{10ffff}`}`,
      sqltag`(e."searchKey" > ${position.searchKey} OR (e."searchKey" = ${position.searchKey} AND e."id" > ${position.id}))`,
      ...words.slice(1).map((word) => contains(word)),
    )
    return database.$queryRaw<Candidate[]>`SELECT e."id", e."parentId", e."name", e."searchKey" FROM "FileEntry" e
      WHERE ${join(conditions, ' AND ')} AND e."id" > 0 ORDER BY e."searchKey", e."id" LIMIT ${limit}`
  }
  const indexed = words.filter((word) => [...word].length >= indexedLetters)
  // Without a word of three letters there is nothing but the beginnings.
  if (indexed.length === 0) return []
  conditions.push(
    sqltag`NOT (e."searchKey" >= ${first} AND e."searchKey" < ${`${first}\u{10ffff}`})`,
    ...words.map((word) => contains(word)),
  )
  if (provider === 'postgresql')
    return database.$queryRaw<Candidate[]>`SELECT e."id", e."parentId", e."name", e."searchKey" FROM "FileEntry" e
      WHERE ${join(conditions, ' AND ')} AND e."id" < ${position.id} AND e."id" > 0 ORDER BY e."id" DESC LIMIT ${limit}`
  return database.$queryRaw<Candidate[]>`SELECT e."id", e."parentId", e."name", e."searchKey" FROM "FileSearch" s
    JOIN "FileEntry" e ON e."id" = s.rowid
    WHERE s."searchKey" MATCH ${indexed.map(quoted).join(' AND ')} AND s.rowid < ${position.id} AND ${join(conditions, ' AND ')}
    ORDER BY s.rowid DESC LIMIT ${limit}`
}

/** Case and accents are gone from both sides: a plain look for the letters. */
function likeSqlite(word: string): Sql {
  return sqltag`e."searchKey" LIKE ${likeOf(word)} ESCAPE '\\'`
}

/** The sign for the next letter itself is the same here without saying so; with it the index would not be asked. */
function likePostgresql(word: string): Sql {
  return sqltag`e."searchKey" LIKE ${likeOf(word)}`
}

function likeOf(word: string): string {
  return `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`
}

/** A string of FTS5: https://www.sqlite.org/fts5.html#full_text_query_syntax */
function quoted(word: string): string {
  return `"${word.replaceAll('"', '""')}"`
}

function filterConditions({ kind, minimumSize, maximumSize, modifiedSince, modifiedBefore }: SearchFilter): Sql[] {
  const conditions: Sql[] = []
  if (kind === 'FOLDER') conditions.push(sqltag`e."isFolder" = ${true}`)
  else if (kind) conditions.push(sqltag`e."isFolder" = ${false}`, sqltag`e."extension" IN (${join([...endings[kind]])})`)
  if (minimumSize !== null) conditions.push(sqltag`e."size" >= ${BigInt(minimumSize)}`)
  if (maximumSize !== null) conditions.push(sqltag`e."size" <= ${BigInt(maximumSize)}`)
  if (minimumSize !== null || maximumSize !== null) conditions.push(sqltag`e."isFolder" = ${false}`)
  if (modifiedSince) conditions.push(sqltag`e."modifiedMicros" >= ${BigInt(modifiedSince.getTime()) * 1_000n}`)
  if (modifiedBefore) conditions.push(sqltag`e."modifiedMicros" < ${BigInt(modifiedBefore.getTime()) * 1_000n}`)
  return conditions
}
