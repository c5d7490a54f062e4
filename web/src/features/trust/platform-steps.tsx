'use client'

import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Pill } from '../../ui/pill'
import { type Platform, platforms } from './platform'

const letters = ['a', 'b', 'c', 'd'] as const

/** How to install the certificate, the reader's own kind of device opened. */
export function PlatformSteps({ own }: { own: Platform }) {
  const t = useTranslations('trust')
  return (
    <div className="divide-y divide-line rounded-control border border-line">
      {platforms.map((platform) => (
        <details key={platform} open={platform === own} className="group">
          <summary className="flex cursor-pointer list-none items-center gap-2 rounded-control px-3 py-2.5 font-medium hover:bg-hover">
            <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-soft transition-transform group-open:rotate-90" />
            <span className="flex-1">{t(`${platform}.name`)}</span>
            {platform === own ? <Pill tone="info">{t('yours')}</Pill> : null}
          </summary>
          <ol className="grid list-decimal gap-1.5 pr-4 pb-4 pl-11 marker:text-ink-soft">
            {letters.map((letter) => {
              const key = `${platform}.steps.${letter}`
              if (!t.has(key as never)) return null
              return (
                <li key={letter}>
                  {t.rich(key as 'linux.steps.a', {
                    code: (text: ReactNode) => (
                      <code className="mt-1 block select-all overflow-x-auto rounded-control border border-line bg-canvas px-2.5 py-1.5 text-[13px]">
                        {text}
                      </code>
                    ),
                  })}
                </li>
              )
            })}
          </ol>
        </details>
      ))}
    </div>
  )
}
