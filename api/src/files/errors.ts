import { InvalidInput, Problem, Unavailable } from '../platform/errors.ts'

/** Nothing is there, or nothing the actor may see: the two are not told apart. */
export class FileNotFound extends Problem {
  readonly code = 'FILE_NOT_FOUND'
  readonly status = 404
  constructor(path: string, field: string | null = 'path') {
    super(`There is no file or folder ${path}.`, field)
  }
}

export class NameTaken extends Problem {
  readonly code = 'NAME_TAKEN'
  readonly status = 409
  constructor(name: string, field: string | null = 'path') {
    super(`There is something named ${name} here already.`, field)
  }
}

export class NotAFolder extends Problem {
  readonly code = 'NOT_A_FOLDER'
  readonly status = 409
  constructor(path: string, field: string | null = 'path') {
    super(`${path} is not a folder.`, field)
  }
}

export class NotAFile extends Problem {
  readonly code = 'NOT_A_FILE'
  readonly status = 409
  constructor(path: string, field: string | null = 'path') {
    super(`${path} is a folder.`, field)
  }
}

/** The path leads, or would lead through a symbolic link, to something that is not in the storage. */
export class PathOutsideStorage extends Problem {
  readonly code = 'PATH_OUTSIDE_STORAGE'
  readonly status = 403
  constructor(field: string | null = 'path') {
    super('This path leads out of the storage.', field)
  }
}

export class StorageFull extends Problem {
  readonly code = 'STORAGE_FULL'
  readonly status = 507
  constructor(message = 'There is not enough free space.') {
    super(message)
  }
}

export class StorageReadOnly extends Problem {
  readonly code = 'STORAGE_READ_ONLY'
  readonly status = 503
  constructor() {
    super('The storage is read-only at the moment: its file system does not accept changes.')
  }
}

/** No such upload, or somebody else's. */
export class UploadNotFound extends Problem {
  readonly code = 'UPLOAD_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such upload. It may have ended, been cancelled or expired.', 'id')
  }
}

export class UploadExpired extends Problem {
  readonly code = 'UPLOAD_EXPIRED'
  readonly status = 410
  constructor() {
    super('The upload rested too long and expired.')
  }
}

/** So many uploads are begun and not finished that one more would only fill the disk with beginnings. */
export class TooManyUploads extends Problem {
  readonly code = 'TOO_MANY_UPLOADS'
  readonly status = 429
  constructor(most: number) {
    super(`You have ${most} unfinished uploads. Finish or cancel some of them first.`)
  }
}

/** Another request writes to the upload at this moment. */
export class UploadBusy extends Problem {
  readonly code = 'UPLOAD_BUSY'
  readonly status = 423
  constructor() {
    super('Another request is writing to this upload.')
  }
}

/** What arrived is not what was announced. 460 is the status that the tus checksum extension asks for. */
export class ChecksumMismatch extends Problem {
  readonly code = 'CHECKSUM_MISMATCH'
  readonly status = 460
  readonly what: 'part' | 'file'
  constructor(what: 'part' | 'file') {
    super(`The checksum of the ${what} does not match what arrived. Nothing of the ${what} was kept.`)
    this.what = what
  }
}

export class OffsetMismatch extends Problem {
  readonly code = 'OFFSET_MISMATCH'
  readonly status = 409
  override readonly details: { readonly expectedOffset: number; readonly providedOffset: number }
  constructor(expectedOffset: number, providedOffset: number) {
    super('The upload does not go on at this offset. Ask for its offset first.')
    this.details = { expectedOffset, providedOffset }
  }
}

/** The length that a request says, or that follows from it, is not the one that was said before. */
export class LengthMismatch extends Problem {
  readonly code = 'LENGTH_MISMATCH'
  readonly status = 400
  constructor(message = 'The upload was said to have another length.') {
    super(message, 'Upload-Length')
  }
}

/** The upload has ended well: nothing is added to it any more. */
export class UploadComplete extends Problem {
  readonly code = 'UPLOAD_COMPLETE'
  readonly status = 400
  constructor() {
    super('The upload is complete; nothing can be added to it.')
  }
}

/** A final upload is made of its parts and takes no bytes of its own; a part is no file. */
export class UploadNotAppendable extends Problem {
  readonly code = 'UPLOAD_NOT_APPENDABLE'
  readonly status = 403
  constructor() {
    super('This upload is put together from parts; it takes no bytes of its own.')
  }
}

/** A file can only be put together from parts that are all there. */
export class PartUnfinished extends Problem {
  readonly code = 'PART_UNFINISHED'
  readonly status = 409
  constructor() {
    super('One of the parts has not arrived whole yet.', 'Upload-Concat')
  }
}

/** Between arriving and getting its name a file changed on the disk, which nobody but the disk can have done. */
export class SpoolDamaged extends Problem {
  readonly code = 'SPOOL_DAMAGED'
  readonly status = 500
  constructor() {
    super('The disk gave back other bytes than were written to it. Nothing of the file was kept; send it again.')
  }
}

export class UploadTooLong extends Problem {
  readonly code = 'UPLOAD_TOO_LONG'
  readonly status = 413
  constructor() {
    super('More bytes came than the upload was declared to have.')
  }
}

/** The source was written to while it was copied, each time it was tried: half of it would be old and half new. */
export class SourceChanged extends Problem {
  readonly code = 'SOURCE_CHANGED'
  readonly status = 409
  constructor(path: string) {
    super(`${path} was changed while it was being copied.`, 'from')
  }
}

/** A file was written to while it went into an archive: what was sent of it is neither the old content nor the new. */
export class ArchiveChanged extends Problem {
  readonly code = 'ARCHIVE_CHANGED'
  readonly status = 409
  constructor(path: string, message = `${path} was changed while it was being read.`) {
    super(message)
  }
}

/** What was read back from the disk is not what was written to it. */
export class CopyDiffers extends Problem {
  readonly code = 'COPY_DIFFERS'
  readonly status = 500
  constructor(path: string) {
    super(`What was read back of the copy of ${path} is not what was written.`)
  }
}

/** Some of a folder could not be copied; the rest is where it was wanted. Trying again copies what is missing. */
export class CopyIncomplete extends Problem {
  readonly code = 'COPY_INCOMPLETE'
  readonly status = 409
  constructor(failed: number, to: string) {
    super(`${failed === 1 ? 'One entry' : `${failed} entries`} could not be copied; the log says why. Everything else is at ${to}.`)
  }
}

/** The seal of a signed address does not fit what it says: it was changed, or made up. */
export class DownloadLinkInvalid extends Problem {
  readonly code = 'DOWNLOAD_LINK_INVALID'
  readonly status = 403
  constructor() {
    super('This link is not one that this server made. Copy it whole, or make a new one.')
  }
}

/** The time of a signed address is over, or the sign-in that made it has ended. */
export class DownloadLinkExpired extends Problem {
  readonly code = 'DOWNLOAD_LINK_EXPIRED'
  readonly status = 410
  constructor() {
    super('This link is not valid any more: its time is over, or whoever made it has signed out. Make a new one.')
  }
}

/** The problem that a failed system call means, or the error itself when it means a bug. */
export function storageProblem(error: unknown, path: string, field: string | null = 'path'): unknown {
  if (!(error instanceof Error) || !('code' in error) || error instanceof Problem) return error
  switch (error.code) {
    case 'ENOENT':
      return new FileNotFound(path, field)
    case 'ENOTDIR':
      return new NotAFolder(path, field)
    case 'EISDIR':
      return new NotAFile(path, field)
    case 'ELOOP':
      return new PathOutsideStorage(field)
    case 'EEXIST':
    case 'ENOTEMPTY':
      return new NameTaken(path.slice(path.lastIndexOf('/') + 1), field)
    case 'ENOSPC':
    case 'EDQUOT':
      return new StorageFull()
    case 'EFBIG':
      return new StorageFull('The file system cannot hold a file of this size.')
    case 'EROFS':
      return new StorageReadOnly()
    case 'ENAMETOOLONG':
    case 'EILSEQ':
      return new InvalidInput('The file system cannot hold this name.', field)
    // Of a name: exFAT and NTFS refuse some characters so. Of a descriptor it is a bug.
    case 'EINVAL':
      return 'path' in error ? new InvalidInput('The file system cannot hold this name.', field) : error
    case 'EACCES':
    case 'EPERM':
      return new Unavailable('The file system does not let the server do this.', field)
    case 'EBUSY':
      return new Unavailable('The system itself is using this; another file system may be mounted there.', field)
    case 'EXDEV':
      return new Unavailable('This would move between two file systems, which is not possible yet.', field)
    case 'EMFILE':
    case 'ENFILE':
      return new Unavailable('The server has too many files open. Try again in a moment.', field)
    case 'EIO':
    case 'EREMOTEIO':
    case 'ENODEV':
    case 'ENXIO':
    case 'ESTALE':
    case 'ENOTCONN':
    case 'ETIMEDOUT':
      return new Unavailable('The storage reported a read or write error.', field)
    default:
      return error
  }
}
