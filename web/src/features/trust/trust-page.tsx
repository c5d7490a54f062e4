'use client'

import { Download, ShieldOff } from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { trust } from '../../messages/en/trust'
import { WithPageWords } from '../../messages/page-words'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { ErrorState } from '../../ui/error-state'
import { useDocumentTitle } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { Wordmark } from '../../ui/wordmark'
import { AppearanceMenu } from '../shell/appearance-menu'
import { platformOf } from './platform'
import { PlatformSteps } from './platform-steps'
import { type Authority, useAuthority } from './use-authority'

const loadGerman = async () => (await import('../../messages/de/trust')).trust

/** Explains how a device learns to trust the certificate that this NAS made for itself. Open to everybody, also without encryption. */
export function TrustPage() {
  return (
    <WithPageWords name="trust" english={trust} loadGerman={loadGerman}>
      <Explained />
    </WithPageWords>
  )
}

function Explained() {
  const t = useTranslations('trust')
  useDocumentTitle(t('title'))
  const { retry, state } = useAuthority()
  return (
    <div className="min-h-dvh">
      <header className="flex h-14 items-center justify-between px-4 sm:px-6">
        <Wordmark />
        <AppearanceMenu />
      </header>
      <main id="content" className="mx-auto w-full max-w-2xl px-4 pt-6 pb-16 sm:px-6 sm:pt-10">
        <h1 className="font-semibold text-2xl tracking-[-0.015em]">{t('title')}</h1>
        {state === 'loading' ? <Skeleton className="mt-8 h-80" /> : null}
        {state === 'none' ? (
          <EmptyState icon={ShieldOff} title={t('none')}>
            {t('noneHint')}
          </EmptyState>
        ) : null}
        {state === 'failed' ? (
          <ErrorState
            title={t('failed')}
            message={t('failedHint')}
            action={
              <Button look="primary" onClick={retry}>
                {t('retry')}
              </Button>
            }
          />
        ) : null}
        {typeof state === 'object' ? <Steps authority={state} /> : null}
      </main>
    </div>
  )
}

/** Shown once the server has answered, so always in a browser. */
function Steps({ authority }: { authority: Authority }) {
  const t = useTranslations('trust')
  const format = useFormat()
  const link = 'inline-flex h-11 select-none items-center gap-2 rounded-control px-5 font-medium text-[15px] shadow-low [&_svg]:size-4'
  return (
    <>
      <p className="mt-1.5 text-ink-soft">{t('lead')}</p>
      <ol className="mt-8 grid gap-8">
        <Step number={1} title={t('get')}>
          <a href="/trust/ca.crt" download="baluhost-authority.crt" className={`${link} bg-accent text-on-accent hover:bg-accent-strong`}>
            <Download aria-hidden />
            {t('download')}
          </a>
          <p className="mt-2.5 text-[13px] text-ink-soft">{t('validUntil', { date: format.moment(Date.parse(authority.expiresAt)) })}</p>
        </Step>
        <Step number={2} title={t('compare')}>
          <output
            aria-label={t('fingerprint')}
            className="block select-all rounded-control border border-line-strong bg-surface p-3 font-mono text-[13px] leading-6"
          >
            {authority.fingerprint.split(':').map((pair, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: pairs repeat, and never move
              <Fragment key={index}>
                {index > 0 ? ':' : null}
                <wbr />
                {pair}
              </Fragment>
            ))}
          </output>
          <p className="mt-2 text-[13px] text-ink-soft">{t('compareHint')}</p>
        </Step>
        <Step number={3} title={t('install')}>
          <PlatformSteps own={platformOf(navigator)} />
        </Step>
        <Step number={4} title={t('open')}>
          <p className="mb-3 text-ink-soft">{t('openHint', { names: authority.names.join(', ') })}</p>
          <a href={`https://${window.location.host}/`} className={`${link} border border-line bg-surface hover:bg-hover`}>
            {t('openAction')}
          </a>
        </Step>
      </ol>
    </>
  )
}

function Step({ children, number, title }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[2rem_1fr] gap-x-3">
      <span
        aria-hidden
        className="grid size-8 place-items-center rounded-full bg-accent-soft font-semibold text-[13px] text-accent-strong tabular-nums"
      >
        {number}
      </span>
      <div className="min-w-0">
        <h2 className="mb-2.5 pt-1 font-semibold">{title}</h2>
        {children}
      </div>
    </li>
  )
}
