import type { KeyboardEvent } from 'react'
import type { Action } from './entry-actions'
import type { Entry } from './listing/entry'
import type { EntryPages } from './listing/entry-pages'
import { keyTarget } from './listing/selection'
import type { SelectionControl } from './listing/use-selection'
import { undoLast } from './undo'

interface Keys {
  pages: EntryPages<Entry>
  control: SelectionControl
  actions: readonly Action[]
  onOpen: (entry: Entry) => void
  onAction: (action: Action) => void
  onMenu: () => void
  onHold: () => void
  onPaste: () => void
  onUp: () => void
}

const actionOfKey: Partial<Record<string, Action>> = { F2: 'rename', Delete: 'delete' }

/** The keyboard on the list. Answers with the row that was moved to. */
export function pressKey(
  event: KeyboardEvent,
  page: number,
  columns: number,
  { pages, control, actions, onOpen, onAction, onMenu, onHold, onPaste, onUp }: Keys,
): number | null {
  // A button in the list that was clicked keeps the focus; only what presses it is its own.
  if (event.target !== event.currentTarget && (event.key === 'Enter' || event.key === ' ')) return null
  const { cursor } = control.selection
  const target = event.altKey ? null : keyTarget(event.key, cursor, pages.totalCount ?? 0, page, columns)
  if (target !== null && target >= 0) {
    event.preventDefault()
    void (event.shiftKey ? control.extendTo(target) : control.moveTo(target))
    return target
  }
  const entry = cursor >= 0 ? pages.at(cursor) : undefined
  const wanted = event.key === 'Delete' && event.shiftKey ? 'deletePermanently' : actionOfKey[event.key]
  if (event.key === 'Backspace' || (event.key === 'ArrowUp' && event.altKey)) onUp()
  else if (event.key === 'Escape') control.clear()
  else if (isCombination(event, 'a')) void control.all()
  else if (isCombination(event, 'c') && actions.includes('copy') && String(getSelection()) === '') onHold()
  else if (isCombination(event, 'v')) onPaste()
  else if (isCombination(event, 'z')) undoLast()
  else if (event.key === 'Enter' && entry) onOpen(entry)
  else if (event.key === ' ' && entry) control.toggle(entry, cursor)
  else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) onMenu()
  else if (wanted && actions.includes(wanted)) onAction(wanted)
  else return null
  event.preventDefault()
  return null
}

function isCombination(event: KeyboardEvent, letter: string): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === letter
}
