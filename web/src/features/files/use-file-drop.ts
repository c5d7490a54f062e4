import { type DragEvent, useEffect, useRef, useState } from 'react'
import { type Found, readDrop } from './upload/read-drop'

function holdsFiles(event: { dataTransfer: DataTransfer | null }): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}

/** Files dragged in from outside: onto the list, or onto a folder in it (`data-folder`). */
export function useFileDrop({
  path,
  enabled,
  onFound,
}: {
  /** Where files land that meet no folder; null where nothing may be put. */
  path: string | null
  enabled: boolean
  onFound: (found: Promise<Found[]>, folder: string) => void
}) {
  const [target, setTarget] = useState<string | null>(null)
  const depth = useRef(0)

  // Missing the list must not make the browser leave the page to show the file.
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent) => {
      if (!holdsFiles(event) || event.defaultPrevented) return
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'none'
    }
    window.addEventListener('dragover', refuse)
    window.addEventListener('drop', refuse)
    return () => {
      window.removeEventListener('dragover', refuse)
      window.removeEventListener('drop', refuse)
    }
  }, [])

  const folderUnder = (event: DragEvent) => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-folder]') : null
    return row?.dataset['folder'] ?? path
  }
  const end = () => {
    depth.current = 0
    setTarget(null)
  }
  return {
    target,
    handlers: enabled
      ? {
          onDragEnter: (event: DragEvent) => {
            if (!holdsFiles(event)) return
            depth.current += 1
            setTarget(folderUnder(event))
          },
          onDragLeave: () => {
            depth.current -= 1
            if (depth.current <= 0) end()
          },
          onDragOver: (event: DragEvent) => {
            if (!holdsFiles(event)) return
            const folder = folderUnder(event)
            setTarget(folder)
            if (folder === null) return
            event.preventDefault()
            event.dataTransfer.dropEffect = 'copy'
          },
          onDrop: (event: DragEvent) => {
            if (!holdsFiles(event)) return
            const folder = folderUnder(event)
            end()
            if (folder === null) return
            event.preventDefault()
            onFound(readDrop(event.dataTransfer), folder)
          },
        }
      : {},
  }
}
