import type { FileHandle } from 'node:fs/promises'
import type { Actor, SignedInActor } from '../auth/model.ts'
import { ChecksumMismatch, PartUnfinished, SpoolDamaged, UploadNotFound } from './errors.ts'
import { createSpooled, dropSpooled, spoolNameOf } from './spool.ts'
import { finishUpload } from './upload-finish.ts'
import { partIdsOf } from './upload-publish.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

/** Parts of one file are declared at once; who comes later begins a file of their own. */
const togetherMilliseconds = 30_000
/** Parts are equally long but for the last, which takes the remainder of the division. */
const mostRemainder = 128
const copyBytes = 1024 * 1024

/** Where a part's bytes go: a place of their own in a file that all parts of the group share. */
export interface PartPlace {
  readonly spoolId: string
  readonly start: number
}

interface Group {
  readonly spoolId: string
  readonly name: string | null
  readonly firstLength: number
  end: number
  lastAt: number
}

/**
 * Tells parts their places. tus lets a client declare parts without a word about the file they are of, and puts them
 * together by order only at the end. Clients declare them in that order, so each gets the place behind the one before: if
 * that was right, the file is there when the last byte is. If it was not, the bytes are put in order then. A program can
 * name its group with the metadata `group` to be sure.
 */
export class PartGroups {
  readonly #groups = new Map<string, Group[]>()

  /** Without a wait in between, so that parts keep the order in which their requests came. */
  place(actor: SignedInActor, id: string, length: number, name: string | null, now = performance.now()): PartPlace {
    const open = (this.#groups.get(actor.userId) ?? []).filter((group) => now - group.lastAt < togetherMilliseconds)
    const group = open.findLast((each) => (name === null ? fits(each, length) : each.name === name))
    this.#groups.set(actor.userId, group ? open : [...open, { spoolId: id, name, firstLength: length, end: length, lastAt: now }])
    if (!group) return { spoolId: id, start: 0 }
    const start = group.end
    group.end += length
    group.lastAt = now
    return { spoolId: group.spoolId, start }
  }

  /** The file of this group is no longer one that parts are added to. */
  close(actor: SignedInActor, spoolId: string): void {
    const left = (this.#groups.get(actor.userId) ?? []).filter((group) => group.spoolId !== spoolId)
    if (left.length > 0) this.#groups.set(actor.userId, left)
    else this.#groups.delete(actor.userId)
  }
}

function fits(group: Group, length: number): boolean {
  return group.name === null && Math.abs(length - group.firstLength) < mostRemainder
}

/** The parts that a final upload names, in its order. Errors: UPLOAD_NOT_FOUND, PART_UNFINISHED. */
export async function requireParts(uploads: UploadsService, actor: SignedInActor, concat: string): Promise<UploadRow[]> {
  const ids = partIdsOf(concat)
  const rows = await uploads.deps.tree.deps.database.upload.findMany({ where: { id: { in: ids }, ownerId: actor.userId, role: 'PART' } })
  const byId = new Map(rows.map((row) => [row.id, row]))
  const parts = ids.map((id) => byId.get(id))
  // A part stands at one place of one file.
  if (ids.length === 0 || new Set(ids).size !== ids.length) throw new UploadNotFound()
  return parts.map((part) => {
    if (!part) throw new UploadNotFound()
    if (part.state !== 'DONE' && part.durableOffset !== part.length) throw new PartUnfinished()
    return part
  })
}

/** True when the parts lie one behind the other from the beginning of one file, and nothing else is in it. */
async function areInPlace(uploads: UploadsService, parts: readonly UploadRow[]): Promise<boolean> {
  let end = 0n
  for (const part of parts) {
    if (spoolNameOf(part) !== spoolNameOf(parts[0] as UploadRow) || part.spoolStart !== end) return false
    end += part.length ?? 0n
  }
  const spoolId = spoolNameOf(parts[0] as UploadRow)
  const where = {
    OR: [{ spoolId }, { id: spoolId }],
    id: { notIn: parts.map(({ id }) => id) },
    role: 'PART' as const,
    state: 'RECEIVING' as const,
  }
  return (await uploads.deps.tree.deps.database.upload.count({ where })) === 0
}

/**
 * Makes one file of the parts of a final upload and puts it under its name. Where the parts lie in place already, not a byte
 * is moved. Every byte is read once, for the hash of the whole, and must be what was written.
 */
export async function concatenate(uploads: UploadsService, actor: Actor, row: UploadRow, parts: readonly UploadRow[]) {
  await using spool = await uploads.spool.open()
  const inPlace = await areInPlace(uploads, parts)
  if (!inPlace) {
    await createSpooled(spool, row.id, Number(row.length))
    uploads.concatenations.copied += 1
  } else uploads.concatenations.inPlace += 1
  const final = inPlace ? { ...row, spoolId: spoolNameOf(parts[0] as UploadRow) } : row
  const handle = await spool.openForWriting(spoolNameOf(final))
  try {
    const regions = await layOut(uploads, handle, parts, inPlace)
    await handle.truncate(Number(row.length))
    const sha256 = await uploads.digests.assemble(regions)
    if (sha256 === null) throw new SpoolDamaged()
    if (row.sha256 && row.sha256 !== sha256) throw new ChecksumMismatch('file')
    await uploads.deps.tree.deps.database.upload.update({ where: { id: row.id }, data: { spoolId: final.spoolId } })
    const file = await finishUpload(uploads, { actor, row: final, hasRow: true, spool, handle, sha256, check: async () => true })
    if (!inPlace) for (const name of new Set(parts.map(spoolNameOf))) await dropIfUnused(uploads, name)
    for (const { id } of parts) uploads.digests.forget(id)
    return { file, sha256 }
  } catch (error) {
    if (!inPlace) await dropSpooled(spool, row.id)
    throw error
  } finally {
    await handle.close().catch(() => {})
  }
}

/** Where each part is now; copied one behind the other when they were not in place. */
async function layOut(uploads: UploadsService, target: FileHandle, parts: readonly UploadRow[], inPlace: boolean) {
  await using spool = await uploads.spool.open()
  const regions: { id: string; region: { fd: number; start: number; length: number } }[] = []
  let start = 0
  for (const part of parts) {
    const length = Number(part.length)
    if (!inPlace) {
      const source = await spool.openForWriting(spoolNameOf(part))
      try {
        await copyRange(source, Number(part.spoolStart), length, target, start)
      } finally {
        await source.close()
      }
    }
    regions.push({ id: part.id, region: { fd: target.fd, start, length } })
    start += length
  }
  return regions
}

async function copyRange(source: FileHandle, from: number, length: number, target: FileHandle, to: number): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(copyBytes, length)))
  for (let at = 0; at < length; ) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, length - at), from + at)
    if (bytesRead === 0) throw new UploadNotFound()
    await target.writev([buffer.subarray(0, bytesRead)], to + at)
    at += bytesRead
  }
}

/** Gives a shared file's space back with the last part that needs it. */
export async function dropIfUnused(uploads: UploadsService, name: string): Promise<void> {
  const where = { OR: [{ spoolId: name }, { id: name }], state: 'RECEIVING' as const }
  if ((await uploads.deps.tree.deps.database.upload.count({ where })) > 0) return
  await using spool = await uploads.spool.open()
  await dropSpooled(spool, name)
}
