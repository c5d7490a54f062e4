import { inTurn } from '../src/auth/password-cost.ts'

/** As many as one address may let wait, and the two that are under way: `password-cost.ts`. */
const places = 26

/** Runs `during` while no further password of this address is looked at: each is answered SERVER_BUSY. */
export async function whileBusy(address: string, during: () => Promise<void>): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const work = Array.from({ length: places }, () => inTurn(address, () => over))
  try {
    await during()
  } finally {
    resolve()
    await Promise.all(work)
  }
}
