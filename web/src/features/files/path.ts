/** Paths as the graph writes them: absolute inside the storage, NFC, `/` first. */

export const ROOT = '/'

export function segmentsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

export function nameOf(path: string): string {
  return segmentsOf(path).at(-1) ?? ''
}

/** The folder a path is in; the top is its own parent. */
export function parentOf(path: string): string {
  return `/${segmentsOf(path).slice(0, -1).join('/')}`
}

export function joinPath(folder: string, ...names: readonly string[]): string {
  return `/${[...segmentsOf(folder), ...names].map((name) => name.normalize('NFC')).join('/')}`
}

/** Whether `path` is `folder` or lies somewhere below it. */
export function isWithin(path: string, folder: string): boolean {
  return folder === ROOT || path === folder || path.startsWith(`${folder}/`)
}

/** What an address bar may hold, made a path; what could not be one leads to the top. */
export function cleanPath(raw: string | null): string {
  if (!raw) return ROOT
  const parts = segmentsOf(raw)
  return parts.some((part) => part === '.' || part === '..' || part.includes('\0')) ? ROOT : joinPath(ROOT, ...parts)
}

/** Where the name ends and its ending begins: what renaming leaves unselected. A leading dot begins no ending. */
export function stemLength(name: string, isFolder: boolean): number {
  if (isFolder) return name.length
  const ending = /(?:\.tar)?\.[^.]+$/i.exec(name)
  return ending && ending.index > 0 ? ending.index : name.length
}

/** "photo.jpg" → "photo (2).jpg" → "photo (3).jpg": the next name to try when one is taken. */
export function nextName(name: string, isFolder: boolean): string {
  const cut = stemLength(name, isFolder)
  const stem = name.slice(0, cut)
  const numbered = /^(.+) \((\d{1,6})\)$/.exec(stem)
  const next = numbered ? `${numbered[1]} (${Number(numbered[2]) + 1})` : `${stem} (2)`
  return next + name.slice(cut)
}
