import type { Entry } from '../listing/entry'
import type { EntryPages } from '../listing/entry-pages'

/** The row of a file in the list, by its name, when it is in a part that is here. */
export function rowOfName(pages: EntryPages<Entry>, name: string, near: number): number | null {
  const total = pages.totalCount ?? 0
  // Outward from where the eye is: names are looked for, not ids, because the address says a name.
  for (let distance = 0; distance < 2_000; distance += 1) {
    for (const index of [near + distance, near - distance]) {
      if (index >= 0 && index < total && pages.at(index)?.name === name) return index
    }
  }
  return null
}

/** The next row in this direction that is a file; reads on where the list is not here yet. */
export async function neighbourOf(pages: EntryPages<Entry>, row: number, step: 1 | -1): Promise<{ entry: Entry; row: number } | null> {
  const total = pages.totalCount ?? 0
  for (let next = row + step; next >= 0 && next < total; next += step) {
    const entry = pages.at(next) ?? (await pages.load(next))
    if (!entry) return null
    if (!entry.isFolder) return { entry, row: next }
  }
  return null
}
