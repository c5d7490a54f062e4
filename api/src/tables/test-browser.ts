import type { Client } from '../../test/client.ts'
import type { Cell } from './model.ts'

export interface Answered {
  readonly nodes: { values: Record<string, Cell> }[]
  readonly pageInfo: { hasNextPage: boolean; endCursor: string | null }
  readonly scannedAll: boolean
}

export interface Refused {
  readonly code: string | undefined
  readonly message: string | undefined
  readonly field: string | undefined
}

/** Asks for rows of a table: the page, or what it was refused with. */
export async function askRows(client: Client, name: string, variables: Record<string, unknown> = {}): Promise<Answered | Refused> {
  const { data, errors } = await client.graphql(
    `query ($name: String!, $first: Int, $after: String, $columns: [String!], $filters: [DatabaseFilter!], $search: String, $orderBy: DatabaseOrder) {
      databaseTable(name: $name) {
        rows(first: $first, after: $after, columns: $columns, filters: $filters, search: $search, orderBy: $orderBy) {
          nodes { values } pageInfo { hasNextPage endCursor } scannedAll } } }`,
    { name, ...variables },
  )
  const [error] = errors ?? []
  if (error) return { code: error.extensions.code, message: error.message, field: error.extensions.field }
  return data.databaseTable.rows
}

/** The rows themselves; throws when they are refused. */
export async function readRows(client: Client, name: string, variables: Record<string, unknown> = {}): Promise<Record<string, Cell>[]> {
  return (await readPageOf(client, name, variables)).nodes.map(({ values }) => values)
}

export async function readPageOf(client: Client, name: string, variables: Record<string, unknown> = {}): Promise<Answered> {
  const answer = await askRows(client, name, variables)
  if ('code' in answer) throw new Error(`${name}: ${answer.code} ${answer.message}`)
  return answer
}

/** All pages, one after the other. */
export async function readAll(client: Client, name: string, variables: Record<string, unknown> = {}): Promise<Record<string, Cell>[]> {
  const rows: Record<string, Cell>[] = []
  let after: string | null = null
  do {
    const page: Answered = await readPageOf(client, name, { ...variables, after })
    rows.push(...page.nodes.map(({ values }) => values))
    after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
  } while (after !== null)
  return rows
}
