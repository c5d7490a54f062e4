'use client'

import { FilePlus2, FolderUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Menu, MenuItem } from '../../ui/menu'

export function UploadMenu({ trigger, onFiles, onFolder }: { trigger: ReactNode; onFiles: () => void; onFolder: () => void }) {
  const t = useTranslations('files')
  return (
    <Menu trigger={trigger} defaultOpen>
      <MenuItem icon={<FilePlus2 aria-hidden />} onSelect={onFiles}>
        {t('uploadFiles')}
      </MenuItem>
      <MenuItem icon={<FolderUp aria-hidden />} onSelect={onFolder}>
        {t('uploadFolder')}
      </MenuItem>
    </Menu>
  )
}
