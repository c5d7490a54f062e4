import type { FileOrder, FileOrderField } from '../../graphql/generated/graphql'
import { cleanPath, ROOT } from './path'

/** What the address bar says about the view: folder, order, and what is looked at. */
export interface Place {
  path: string
  order: FileOrder
  preview: string | null
}

const words = { name: 'NAME', size: 'SIZE', modified: 'MODIFIED_AT', type: 'TYPE' } as const satisfies Record<string, FileOrderField>

export const byName: FileOrder = { field: 'NAME', direction: 'ASC' }

export function parsePlace(search: URLSearchParams): Place {
  return { path: cleanPath(search.get('path')), order: parseOrder(search.get('sort')), preview: search.get('preview') }
}

function parseOrder(raw: string | null): FileOrder {
  const [word = '', direction] = (raw ?? '').split('.')
  const field = Object.entries(words).find(([each]) => each === word)?.[1]
  return field ? { field, direction: direction === 'desc' ? 'DESC' : 'ASC' } : byName
}

export function placeHref({ path, order, preview }: { path: string; order?: FileOrder; preview?: string | null }): string {
  const parts: string[] = []
  // Slashes are allowed in a query: an address that is read aloud or pasted stays readable.
  if (path !== ROOT) parts.push(`path=${encodeURIComponent(path).replaceAll('%2F', '/')}`)
  if (order && (order.field !== byName.field || order.direction !== byName.direction)) {
    const word = Object.entries(words).find(([, field]) => field === order.field)?.[0] ?? 'name'
    parts.push(`sort=${word}${order.direction === 'DESC' ? '.desc' : ''}`)
  }
  if (preview) parts.push(`preview=${encodeURIComponent(preview)}`)
  return parts.length > 0 ? `/browse?${parts.join('&')}` : '/browse'
}

/** A first click sorts the way people look for: names from A, sizes and times from the top. A second one turns it round. */
export function nextOrder(now: FileOrder, field: FileOrderField): FileOrder {
  if (now.field === field) return { field, direction: now.direction === 'ASC' ? 'DESC' : 'ASC' }
  return { field, direction: field === 'SIZE' || field === 'MODIFIED_AT' ? 'DESC' : 'ASC' }
}
