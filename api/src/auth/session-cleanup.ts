import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { Sessions } from './sessions.ts'

/** Takes away sessions whose time is over: none of them is valid any more, their rows are only in the way. */
export function sessionCleanup(sessions: Pick<Sessions, 'endOverdue'>) {
  return defineJobKind({
    name: 'session_cleanup',
    description: 'Takes away sessions whose time is over.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({ ended: z.int() }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: 'It is one step, and over at once.',
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'session_cleanup', exclusive: true }],
    run: async ({ log }) => {
      const ended = await sessions.endOverdue()
      if (ended > 0) await log('INFO', `Ended ${ended} sessions.`)
      return { ended }
    },
  })
}
