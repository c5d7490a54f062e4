/** Settles with true once the person has proved who they are, with false when they rather not. */
type Settle = (confirmed: boolean) => void

let waiting: Settle | null = null
const listeners = new Set<() => void>()

function change(next: Settle | null) {
  waiting = next
  for (const listener of listeners) listener()
}

/** Shows the dialog and waits for its end. A second question takes the place of the first, which is then answered with no. */
export function askForConfirmation(): Promise<boolean> {
  waiting?.(false)
  return new Promise((resolve) => change(resolve))
}

export function settleConfirmation(confirmed: boolean) {
  const settle = waiting
  change(null)
  settle?.(confirmed)
}

export function watchConfirmation(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function isConfirmationAsked(): boolean {
  return waiting !== null
}
