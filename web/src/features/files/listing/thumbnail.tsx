'use client'

import { clsx } from 'clsx'
import { useState } from 'react'
import { kindIcons, kindOf, kindTones } from '../file-kind'
import type { Entry } from './entry'

/** What a file looks like where that is known, else what kind it is. `className` sets the size. */
export function Thumbnail({ entry, className, iconClass }: { entry: Entry; className: string; iconClass: string }) {
  // A file that is not what its name says has no picture: it is asked for once.
  const [failed, setFailed] = useState<string | null>(null)
  const url = entry.thumbnailUrl
  if (url && failed !== url)
    return (
      // biome-ignore lint/performance/noImgElement: the server has made it as small as it is shown
      <img
        src={url}
        alt=""
        loading="lazy"
        decoding="async"
        draggable={false}
        onError={() => setFailed(url)}
        className={clsx('rounded-[5px] object-cover', className)}
      />
    )
  const kind = kindOf(entry)
  const Icon = kindIcons[kind]
  return (
    <span className={clsx('grid place-items-center', className)}>
      <Icon aria-hidden strokeWidth={kind === 'folder' ? 1.25 : 1.5} className={clsx(iconClass, kindTones[kind])} />
    </span>
  )
}
