'use client'

import { ChevronDown, Upload } from 'lucide-react'
import { type ChangeEvent, lazy, type ReactNode, useCallback, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { OnDemandMenu } from '../../ui/on-demand-menu'
import { type Found, foundInInput } from './upload/read-drop'

const load = async () => ({ default: (await import('./upload-menu')).UploadMenu })
const UploadMenu = lazy(load)

/** Files or a whole folder from this device. */
export function UploadButton({ onFound }: { onFound: (found: Found[]) => void }) {
  const t = useTranslations('files')
  const files = useRef<HTMLInputElement>(null)
  const folder = useRef<HTMLInputElement | null>(null)
  const taken = (event: ChangeEvent<HTMLInputElement>) => {
    const found = foundInInput(event.currentTarget.files ?? [])
    // Choosing the same file again must be a change again.
    event.currentTarget.value = ''
    if (found.length > 0) onFound(found)
  }
  // An attribute that every browser knows and React's types do not.
  const takeFolders = (input: HTMLInputElement | null) => {
    input?.setAttribute('webkitdirectory', '')
    folder.current = input
  }
  const Items = useCallback(
    ({ trigger }: { trigger: ReactNode }) => (
      <UploadMenu trigger={trigger} onFiles={() => files.current?.click()} onFolder={() => folder.current?.click()} />
    ),
    [],
  )
  return (
    <>
      <input ref={files} type="file" multiple hidden aria-label={t('uploadFiles')} onChange={taken} />
      <input ref={takeFolders} type="file" hidden aria-label={t('uploadFolder')} onChange={taken} />
      <OnDemandMenu
        preload={load}
        menu={Items}
        button={
          <Button look="primary" className="max-sm:h-11">
            <Upload aria-hidden />
            {t('upload')}
            <ChevronDown aria-hidden />
          </Button>
        }
      />
    </>
  )
}
