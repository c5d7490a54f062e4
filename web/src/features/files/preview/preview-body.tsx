'use client'

import { Download, ExternalLink } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { kindIcons, kindOf, kindTones } from '../file-kind'
import { TextPreview } from './text-preview'

interface Shown {
  name: string
  mimeType: string | null
  isFolder: boolean
  size: number
  downloadUrl: string
}

export const linkLook =
  'inline-flex h-9 items-center gap-2 rounded-control border border-line bg-surface px-3.5 font-medium shadow-low hover:bg-hover max-sm:h-11 [&_svg]:size-4'

/** The content itself, by the browser's own means: it asks for the parts it needs. */
export function PreviewBody({ file }: { file: Shown }) {
  const t = useTranslations('files.preview')
  const [broken, setBroken] = useState(false)
  const kind = kindOf(file)
  const { name, downloadUrl } = file
  const onError = () => setBroken(true)
  if (broken) return <NoPreview file={file} words={t('broken')} />
  switch (kind) {
    case 'image':
      // biome-ignore lint/performance/noImgElement: a person's own picture as it is, not one of the page's assets
      return <img src={downloadUrl} alt={name} onError={onError} className="max-h-full max-w-full object-contain" />
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: captions are not known for a person's own files
        <video
          src={downloadUrl}
          controls
          playsInline
          preload="metadata"
          aria-label={name}
          onError={onError}
          className="max-h-full max-w-full"
        />
      )
    case 'audio':
      // biome-ignore lint/a11y/useMediaCaption: captions are not known for a person's own files
      return <audio src={downloadUrl} controls preload="metadata" aria-label={name} onError={onError} className="w-full max-w-xl px-6" />
    case 'pdf':
      return (
        <div className="flex size-full flex-col">
          <iframe src={downloadUrl} title={name} className="min-h-0 w-full flex-1 bg-sunken" />
          <a
            href={downloadUrl}
            target="_blank"
            rel="noreferrer"
            className="flex items-center gap-2 border-line border-t px-5 py-2.5 font-medium text-accent"
          >
            <ExternalLink aria-hidden className="size-4" />
            {t('ownTab')}
          </a>
        </div>
      )
    case 'text':
    case 'code':
      return <TextPreview url={downloadUrl} size={file.size} label={name} />
    default:
      return <NoPreview file={file} words={t('none')} />
  }
}

function NoPreview({ file, words }: { file: Shown; words: string }) {
  const t = useTranslations('files')
  const kind = kindOf(file)
  const Icon = kindIcons[kind]
  return (
    <div className="grid justify-items-center gap-4 p-8 text-center">
      <Icon aria-hidden strokeWidth={1.25} className={`size-16 ${kindTones[kind]}`} />
      <p className="text-ink-soft">{words}</p>
      <a href={`${file.downloadUrl}?download`} download={file.name} className={linkLook}>
        <Download aria-hidden />
        {t('action.download')}
      </a>
    </div>
  )
}
