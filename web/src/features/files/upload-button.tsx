'use client'

import { ChevronDown, FilePlus2, FolderUp, Upload } from 'lucide-react'
import { type ChangeEvent, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Menu, MenuItem } from '../../ui/menu'
import { type Found, foundInInput } from './upload/read-drop'

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
  return (
    <>
      <input ref={files} type="file" multiple hidden aria-label={t('uploadFiles')} onChange={taken} />
      <input ref={takeFolders} type="file" hidden aria-label={t('uploadFolder')} onChange={taken} />
      <Menu
        trigger={
          <Button look="primary" className="max-sm:h-11">
            <Upload aria-hidden />
            {t('upload')}
            <ChevronDown aria-hidden />
          </Button>
        }
      >
        <MenuItem icon={<FilePlus2 aria-hidden />} onSelect={() => files.current?.click()}>
          {t('uploadFiles')}
        </MenuItem>
        <MenuItem icon={<FolderUp aria-hidden />} onSelect={() => folder.current?.click()}>
          {t('uploadFolder')}
        </MenuItem>
      </Menu>
    </>
  )
}
