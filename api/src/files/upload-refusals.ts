import { Problem, Unavailable } from '../platform/errors.ts'
import { ChecksumMismatch, LengthMismatch, SpoolDamaged, StorageFull, StorageReadOnly, UploadNotFound, UploadTooLong } from './errors.ts'

/** A request that broke off, sent too much or a wrong part can be repeated; what the disk or the target refused cannot. */
export function endsUpload(problem: unknown, original: unknown): boolean {
  if (problem instanceof UploadTooLong || problem instanceof UploadNotFound || problem instanceof LengthMismatch) return false
  if (problem instanceof ChecksumMismatch) return problem.what === 'file'
  return problem instanceof Problem || (original instanceof Error && 'syscall' in original && original.syscall !== 'read')
}

/** Not what the sender or the name is to blame for: the disk said no, and the problem only puts it in words. */
export function refusedByDisk(problem: unknown, original: unknown): boolean {
  if (problem instanceof StorageFull || problem instanceof StorageReadOnly || problem instanceof SpoolDamaged) return true
  if (problem instanceof Unavailable) return problem !== original
  return !(problem instanceof Problem) && original instanceof Error && 'syscall' in original && original.syscall !== 'read'
}
