import { useSyncExternalStore } from 'react'
import { type TraySnapshot, UploadTray } from './upload-tray'

/** One for the whole page: uploads go on while people move about. A sign-out loads the page anew and ends it. */
export const tray = new UploadTray(async () => (await import('./transport')).tusTransport)

export function useTraySnapshot(of: UploadTray = tray): TraySnapshot {
  return useSyncExternalStore(of.subscribe, of.getSnapshot, of.getSnapshot)
}
