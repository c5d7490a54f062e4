import { createHash } from 'node:crypto'
import { z } from 'zod'
import { defineJobKind, type JobRun } from '../jobs/kind.ts'
import { Problem } from '../platform/errors.ts'
import { type CopyIo, realIo } from './copy-file.ts'
import { CopyRun } from './copy-run.ts'
import type { CopyStaging } from './copy-staging.ts'
import { parsePath, type StoragePath } from './path.ts'
import type { AuditPort } from './service.ts'
import type { FileTree } from './tree.ts'

export interface CopyDeps {
  readonly tree: FileTree
  readonly staging: CopyStaging
  readonly audit: AuditPort
  /** Of the disk; tests put faults in its place. */
  readonly io?: CopyIo
}

const path = z.string().superRefine((text, context) => {
  try {
    parsePath(text)
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    context.addIssue({ code: 'custom', message: error.message })
  }
})

export const copyInput = z.strictObject({
  from: path.describe('What is copied.'),
  to: path.describe('The whole path of the copy, not only its folder.'),
  replace: z.boolean().default(false).describe('Let a file take the place of a file. Folders are never replaced.'),
})
export type CopyInput = z.output<typeof copyInput>

export const copyResult = z.strictObject({
  path: z.string(),
  isFolder: z.boolean(),
  files: z.int().describe('Copied now or by an earlier attempt.'),
  folders: z.int(),
  bytes: z.int(),
  skipped: z.int().describe('Symbolic links, special files, names that no path can name: not copied.'),
})
export type CopyResult = z.output<typeof copyResult>

/** Where a copy stands: what is copied is read from the disk, only what cannot be is kept here. */
export const copyCheckpoint = z.strictObject({
  /** `naming`: whole, and getting its name. `named`: seen by all; what is missing can still be filled in. */
  phase: z.enum(['naming', 'named']),
  identity: z.string(),
  isFolder: z.boolean(),
  sha256: z.string().nullable(),
  counts: z.strictObject({ files: z.int(), folders: z.int(), bytes: z.int(), skipped: z.int(), failed: z.int() }),
})
export type CopyCheckpoint = z.output<typeof copyCheckpoint>
export type FileCopyRun = JobRun<CopyInput, CopyCheckpoint>

/** Copies a file or a folder, as a job: it outlives a stop of the server and goes on without copying anything twice. */
export function fileCopy(deps: CopyDeps) {
  return defineJobKind<CopyInput, CopyResult, CopyCheckpoint>({
    name: 'file_copy',
    description: 'Copies a file, or a folder with everything in it.',
    class: 'FILES',
    input: copyInput,
    result: copyResult,
    checkpoint: copyCheckpoint,
    afterCrash: 'RESUME',
    retry: { attempts: 3, firstMs: 5_000, longestMs: 60_000 },
    cancellable: true,
    // A schedule would find its own copy in the way: datedCopy gives each a name of its own.
    schedulable: false,
    subject: ({ from }) => from,
    locks: ({ from, to }) =>
      from === to
        ? []
        : [
            { name: lockName(parsePath(from)), exclusive: false },
            { name: lockName(parsePath(to)), exclusive: true },
          ],
    run: (run) => new CopyRun({ ...deps, io: deps.io ?? realIo }, run).execute(),
  })
}

/** `files:<path>`. An index of PostgreSQL holds no 4096 bytes: a long path is told by its hash. */
export function lockName({ text }: StoragePath): string {
  return Buffer.byteLength(text) <= 1_000 ? `files:${text}` : `files:${createHash('sha256').update(text).digest('hex')}`
}
