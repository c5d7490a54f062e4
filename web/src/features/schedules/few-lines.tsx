'use client'

import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'

const SHOWN = 4

/** The first few lines, how many more there are, and those too when somebody asks. `truncated` says that there are more than these. */
export function FewLines({ lines, truncated = false }: { lines: readonly ReactNode[]; truncated?: boolean }) {
  const t = useTranslations('schedules.card')
  const [all, setAll] = useState(false)
  const hidden = lines.length - SHOWN
  return (
    <>
      <ul className="mt-2 grid max-h-80 gap-1 overflow-y-auto">{all ? lines : lines.slice(0, SHOWN)}</ul>
      {hidden > 0 ? (
        <Button look="quiet" size="small" className="-ml-2.5 mt-1 self-start" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t('fewer') : t(truncated ? 'moreThan' : 'more', { count: hidden })}
        </Button>
      ) : null}
    </>
  )
}
