import { z } from 'zod'
import { JobChildFailed } from '../jobs/errors.ts'
import { defineJobKind } from '../jobs/kind.ts'
import type { Clock } from '../platform/clock.ts'
import { copyInput } from './copy-job.ts'
import { childPath, longestName, nameOf, parsePath } from './path.ts'

/** Copies a file or a folder under a new name each time: what a schedule can do again and again. */
export function datedCopy(clock: Clock) {
  return defineJobKind({
    name: 'dated_copy',
    description: 'Copies a file or a folder into another folder, with the date and time in the name of the copy.',
    class: 'FILES',
    input: z.strictObject({
      from: copyInput.shape.from,
      toFolder: copyInput.shape.to.describe('The folder that takes the copies; it must exist.'),
    }),
    result: z.strictObject({ path: z.string().describe('Of the copy.') }),
    checkpoint: z.strictObject({ to: z.string() }),
    afterCrash: 'RESUME',
    retry: { attempts: 1, firstMs: 60_000, longestMs: 60_000 },
    cancellable: true,
    schedulable: true,
    subject: ({ from }) => from,
    locks: () => [],
    run: async ({ input, checkpoint, startChildren, children }) => {
      if (checkpoint === null) {
        const [from, folder] = [parsePath(input.from), parsePath(input.toFolder)]
        const to = childPath(folder, datedName(nameOf(from), clock.now())).text
        return startChildren([{ kind: 'file_copy', input: { from: from.text, to } }], { to })
      }
      const failed = (await children()).filter(({ state }) => state !== 'SUCCEEDED')
      if (failed.length > 0) throw new JobChildFailed(failed.map(({ kind }) => kind))
      return { path: checkpoint.to }
    },
  })
}

/** `Photos 2026-11-28 03.10.00`, before the ending of a file: by the machine's own time, in an order that names sort by. */
export function datedName(name: string, at: Date): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  const stamp = ` ${day} ${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`
  const dot = name.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  // A name is bounded in bytes; letters go from the end of its stem, whole.
  const room = longestName - Buffer.byteLength(stamp) - Buffer.byteLength(ending)
  let short = stem
  while (Buffer.byteLength(short) > room) short = [...short].slice(0, -1).join('')
  return `${short}${stamp}${ending}`
}
