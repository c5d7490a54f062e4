import type { World } from './world.ts'

const LOOK_EVERY_MS = 5_000

/**
 * Gives a demonstration something to watch: a check of the array soon after start, and again some time after each has
 * ended. Returns how to stop.
 */
export function startDemoChecks(world: World, { array = 'md0', firstAfterMs = 10_000, pauseMs = 120_000 } = {}): () => void {
  let idleMs = 0
  let patience = firstAfterMs
  const timer = setInterval(() => {
    const now = world.arrays().find(({ name }) => name === array)
    const whole = now?.members.filter(({ state }) => state === 'inSync').length === now?.slots
    idleMs = now && !now.sync && whole ? idleMs + LOOK_EVERY_MS : 0
    if (idleMs < patience) return
    world.startCheck(array)
    idleMs = 0
    patience = pauseMs
  }, LOOK_EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
