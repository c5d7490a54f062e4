import { sayDoneWithUndo } from '../../ui/toast'

let last: (() => void) | null = null

/** Says what was done and offers to take it back: by the button, or by Ctrl+Z in the list. */
export function offerUndo(message: string, label: string, undo: () => void) {
  const once = () => {
    if (last === once) last = null
    withdraw()
    undo()
  }
  const withdraw = sayDoneWithUndo(message, { label, undo: once })
  last = once
}

/** Takes back what was done last, once. */
export function undoLast() {
  last?.()
}
