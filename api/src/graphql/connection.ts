import { InvalidInput } from '../platform/errors.ts'

/** How many rows a page has: `first`, 50 when it is not said, 500 at most. Throws INVALID_INPUT for less than 1, and for pages asked backwards. */
export function pageSize({
  first,
  last,
  before,
}: {
  first?: number | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}): number {
  if (last != null || before != null)
    throw new InvalidInput('Pages go forward here: use first and after.', last != null ? 'last' : 'before')
  if (first != null && first < 1) throw new InvalidInput('A page has at least one row.', 'first')
  return Math.min(first ?? 50, 500)
}

/** A Relay connection out of `limit + 1` rows read: the last one only tells that there are more. */
export function connectionOf<T>(page: {
  readonly rows: readonly T[]
  readonly limit: number
  readonly totalCount: number
  readonly hasPreviousPage: boolean
  readonly cursor: (row: T) => string
}) {
  const edges = page.rows.slice(0, page.limit).map((node) => ({ node, cursor: page.cursor(node) }))
  return {
    edges,
    totalCount: page.totalCount,
    pageInfo: {
      hasNextPage: page.rows.length > page.limit,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}
