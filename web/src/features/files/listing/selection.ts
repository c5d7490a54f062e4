import type { Entry } from './entry'

/** What is chosen, and where the keyboard stands. Places are row numbers: rows that are not loaded can be stood on, too. */
export interface Selection {
  readonly chosen: ReadonlyMap<string, Entry>
  /** The row that keys act on; -1 before anything was touched. */
  readonly cursor: number
  /** Where a range with shift begins. */
  readonly anchor: number
}

export const nothingChosen: Selection = { chosen: new Map(), cursor: -1, anchor: -1 }

export function chooseOnly(entry: Entry, index: number): Selection {
  return { chosen: new Map([[entry.id, entry]]), cursor: index, anchor: index }
}

export function toggle(now: Selection, entry: Entry, index: number): Selection {
  const chosen = new Map(now.chosen)
  if (!chosen.delete(entry.id)) chosen.set(entry.id, entry)
  return { chosen, cursor: index, anchor: index }
}

/** Everything from the anchor to `cursor`: what shift means, also after the range was made smaller. */
export function chooseRange(now: Selection, entries: readonly Entry[], cursor: number): Selection {
  return { chosen: new Map(entries.map((entry) => [entry.id, entry])), cursor, anchor: now.anchor === -1 ? cursor : now.anchor }
}

/** Moves without choosing, as while the row is still on its way. */
export function stand(now: Selection, cursor: number): Selection {
  return { ...now, cursor, anchor: cursor }
}

export function clear(now: Selection): Selection {
  return now.chosen.size === 0 ? now : { ...now, chosen: new Map() }
}

/** What has changed on the server has changed in the selection; what is gone is no longer chosen. */
export function follow(now: Selection, change: { changed: readonly Entry[]; removed: readonly string[] }): Selection {
  const removed = change.removed.filter((id) => now.chosen.has(id))
  const changed = change.changed.filter((entry) => now.chosen.has(entry.id))
  if (removed.length === 0 && changed.length === 0) return now
  const chosen = new Map(now.chosen)
  for (const id of removed) chosen.delete(id)
  for (const entry of changed) chosen.set(entry.id, entry)
  return { ...now, chosen }
}

/** The list has moved under the cursor. */
export function shifted(now: Selection, rows: number): Selection {
  const moved = (index: number) => (index === -1 ? -1 : Math.max(0, index + rows))
  return { ...now, cursor: moved(now.cursor), anchor: moved(now.anchor) }
}

/** Where a key leads from `cursor` in a list of `count`, `page` rows to a screen; null for other keys. */
export function keyTarget(key: string, cursor: number, count: number, page: number, columns = 1): number | null {
  const last = count - 1
  const clamp = (index: number) => Math.max(0, Math.min(last, index))
  switch (key) {
    case 'ArrowDown':
      return clamp(cursor === -1 ? 0 : cursor + columns > last ? cursor : cursor + columns)
    case 'ArrowUp':
      return clamp(cursor === -1 ? last : cursor - columns < 0 ? cursor : cursor - columns)
    case 'ArrowRight':
      return columns > 1 ? clamp(cursor + 1) : null
    case 'ArrowLeft':
      return columns > 1 ? clamp(cursor - 1) : null
    case 'PageDown':
      return clamp(cursor + page)
    case 'PageUp':
      return clamp(cursor - page)
    case 'Home':
      return 0
    case 'End':
      return last
    default:
      return null
  }
}
