import { joinPath, parentOf } from '../path'
import type { Found } from './read-drop'

export interface PlannedFile {
  path: string
  file: File
}

export interface UploadPlan {
  /** Folders to make, each after the one it is in. */
  folders: string[]
  files: PlannedFile[]
}

/** What must be made, in which order, so that a dropped tree stands in `target` as it lay on the device. */
export function planUpload(found: readonly Found[], target: string): UploadPlan {
  const folders = new Set<string>()
  const files: PlannedFile[] = []
  const need = (path: string) => {
    if (path === joinPath(target) || folders.has(path)) return
    need(parentOf(path))
    folders.add(path)
  }
  for (const { names, file } of found) {
    const path = joinPath(target, ...names)
    if (file) {
      need(parentOf(path))
      files.push({ path, file })
    } else {
      need(path)
    }
  }
  return { folders: [...folders], files }
}
