'use client'

import { clsx } from 'clsx'
import { Ellipsis, PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { lazy } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { OnDemandMenu } from '../../ui/on-demand-menu'
import { setRailNarrow, useRailNarrow } from '../../ui/theme'
import { Mark } from '../../ui/wordmark'
import { useMe } from '../auth/session'
import { inBar, placesFor } from './nav'

const loadMore = async () => ({ default: (await import('./more-places')).MorePlaces })
const MorePlaces = lazy(loadMore)

/** The way around: a rail on the left, a bar at the bottom of a phone. */
export function Rail() {
  const t = useTranslations('shell')
  const me = useMe()
  const pathname = usePathname()
  const narrow = useRailNarrow()
  const places = placesFor(me)
  const bar = inBar(places)
  return (
    <nav
      aria-label={t('navigation')}
      className="fixed inset-x-0 bottom-0 z-30 flex border-line border-t bg-surface pb-[env(safe-area-inset-bottom)] sm:sticky sm:inset-auto sm:top-0 sm:h-dvh sm:w-56 sm:shrink-0 sm:flex-col sm:border-t-0 sm:border-r sm:bg-canvas sm:p-3 sm:rail-narrow:w-[61px]"
    >
      <Link
        href="/"
        aria-label="BaluHost"
        className="mb-5 hidden h-8 items-center gap-2.5 px-1.5 font-semibold text-[15px] tracking-[-0.01em] sm:flex"
      >
        <Mark className="size-6 shrink-0" />
        <span className="rail-narrow:hidden">BaluHost</span>
      </Link>
      <ul className="flex flex-1 justify-around sm:flex-col sm:justify-start sm:gap-0.5">
        {places.map((place) => {
          const { href, label, icon: Icon } = place
          const here = pathname === href || (href !== '/' && pathname.startsWith(`${href}/`))
          return (
            <li key={href} className={clsx('min-w-0 flex-1 sm:flex-none', !bar.includes(place) && 'max-sm:hidden')}>
              <Link
                href={href}
                aria-current={here ? 'page' : undefined}
                title={narrow ? t(label) : undefined}
                className={clsx(
                  'flex h-14 flex-col items-center justify-center gap-0.5 rounded-control text-[11px] transition-colors sm:h-9 sm:flex-row sm:justify-start sm:gap-3 sm:px-2.5 sm:text-sm',
                  here ? 'font-medium text-accent sm:bg-accent-soft' : 'text-ink-soft hover:text-ink sm:hover:bg-hover',
                )}
              >
                <Icon aria-hidden className="size-5 shrink-0 sm:size-[18px]" strokeWidth={here ? 2.2 : 1.8} />
                <span className="truncate sm:rail-narrow:sr-only">{t(label)}</span>
              </Link>
            </li>
          )
        })}
        {places.length > bar.length ? (
          <li className="min-w-0 flex-1 sm:hidden">
            <OnDemandMenu
              preload={loadMore}
              menu={MorePlaces}
              button={
                <Button look="quiet" className="h-14! w-full flex-col gap-0.5! px-0! font-normal! text-[11px]! text-ink-soft">
                  <Ellipsis aria-hidden className="size-5!" />
                  {t('more')}
                </Button>
              }
            />
          </li>
        ) : null}
      </ul>
      <button
        type="button"
        aria-label={narrow ? t('expand') : t('collapse')}
        onClick={() => setRailNarrow(!narrow)}
        className="hidden size-9 place-items-center rounded-control text-ink-soft transition-colors hover:bg-hover hover:text-ink sm:grid"
      >
        {narrow ? <PanelLeftOpen aria-hidden className="size-[18px]" /> : <PanelLeftClose aria-hidden className="size-[18px]" />}
      </button>
    </nav>
  )
}
