import { useCallback, useRef, useState } from 'react'
import type { Entry } from './entry'
import type { EntryPages } from './entry-pages'
import { chooseOnly, chooseRange, clear, follow, nothingChosen, type Selection, shifted, stand, toggle } from './selection'

/** More at once than anyone means; each would be an operation of its own. */
export const MOST_CHOSEN = 10_000

export interface SelectionControl {
  selection: Selection
  only: (entry: Entry, index: number) => void
  toggle: (entry: Entry, index: number) => void
  /** From the anchor to `index`; rows between that are not here are read. */
  extendTo: (index: number) => Promise<void>
  /** Stands on `index` and chooses it as soon as it is here. */
  moveTo: (index: number) => Promise<void>
  all: () => Promise<void>
  clear: () => void
  follow: (change: { changed: readonly Entry[]; removed: readonly string[] }) => void
  shift: (rows: number) => void
}

export function useSelection(pages: EntryPages<Entry> | null, onTooMany: () => void): SelectionControl {
  const [selection, setSelection] = useState<Selection>(nothingChosen)
  const latest = useRef(0)
  // Another folder or another order: rows are others, so nothing of them is chosen.
  const [chosenFrom, setChosenFrom] = useState(pages)
  if (chosenFrom !== pages) {
    setChosenFrom(pages)
    setSelection(nothingChosen)
  }

  const range = useCallback(
    async (from: number, to: number, cursor: number, anchor: number) => {
      if (!pages) return
      const turn = ++latest.current
      let last = Math.max(from, to)
      const first = Math.min(from, to)
      if (last - first >= MOST_CHOSEN) {
        last = first + MOST_CHOSEN - 1
        onTooMany()
      }
      setSelection((now) => ({ ...now, cursor, anchor }))
      const entries = await pages.range(first, last).catch(() => null)
      // Another key was pressed while the rows were on their way: that one counts.
      if (entries && turn === latest.current) setSelection((now) => chooseRange({ ...now, anchor }, entries, cursor))
    },
    [pages, onTooMany],
  )

  const change = useCallback((next: (now: Selection) => Selection) => {
    latest.current += 1
    setSelection(next)
  }, [])

  return {
    selection,
    only: useCallback((entry, index) => change(() => chooseOnly(entry, index)), [change]),
    toggle: useCallback((entry, index) => change((now) => toggle(now, entry, index)), [change]),
    extendTo: useCallback(
      async (index) => {
        const anchor = selection.anchor === -1 ? index : selection.anchor
        await range(anchor, index, index, anchor)
      },
      [range, selection.anchor],
    ),
    moveTo: useCallback(
      async (index) => {
        const here = pages?.at(index)
        change((now) => (here ? chooseOnly(here, index) : stand(clear(now), index)))
        if (here || !pages) return
        const turn = latest.current
        const entry = await pages.load(index).catch(() => undefined)
        if (entry && turn === latest.current) setSelection(chooseOnly(entry, index))
      },
      [pages, change],
    ),
    all: useCallback(async () => {
      const count = pages?.totalCount ?? 0
      if (count > 0) await range(0, count - 1, Math.max(0, selection.cursor), 0)
    }, [pages, range, selection.cursor]),
    clear: useCallback(() => change(clear), [change]),
    follow: useCallback((frame) => setSelection((now) => follow(now, frame)), []),
    shift: useCallback((rows) => setSelection((now) => shifted(now, rows)), []),
  }
}
