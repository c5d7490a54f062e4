/** A file, or a folder without anything in it, and where it lay in what was dropped. */
export interface Found {
  /** Names from the top of what was dropped down to this. */
  names: readonly string[]
  /** Null: a folder. */
  file: File | null
}

/** What a file input was given; a chosen folder says its tree in `webkitRelativePath`. */
export function foundInInput(files: Iterable<File>): Found[] {
  return Array.from(files, (file) => ({ names: (file.webkitRelativePath || file.name).split('/').filter(Boolean), file }))
}

/**
 * Everything that was dropped, folders with all that is in them. The entries must be taken while the event is being handled:
 * afterwards the browser has emptied the list.
 */
export function readDrop(transfer: Pick<DataTransfer, 'items' | 'files'>): Promise<Found[]> {
  const entries: FileSystemEntry[] = []
  const loose: File[] = []
  for (const item of Array.from(transfer.items)) {
    if (item.kind !== 'file') continue
    const entry = item.webkitGetAsEntry()
    const file = entry ? null : item.getAsFile()
    if (entry) entries.push(entry)
    else if (file) loose.push(file)
  }
  return Promise.all(entries.map((entry) => readEntry(entry, []))).then((trees) => [...foundInInput(loose), ...trees.flat()])
}

async function readEntry(entry: FileSystemEntry, above: readonly string[]): Promise<Found[]> {
  const names = [...above, entry.name]
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ names, file }]
  }
  if (!isFolder(entry)) return []
  const children: FileSystemEntry[] = []
  const reader = entry.createReader()
  // A reader hands out a hundred at a time and ends with an empty list.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    children.push(...some)
  }
  const found: Found[] = [{ names, file: null }]
  for (const child of children) found.push(...(await readEntry(child, names)))
  return found
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
