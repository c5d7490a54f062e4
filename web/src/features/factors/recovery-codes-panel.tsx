'use client'

import { Copy, Download, Printer } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { Button } from '../../ui/button'
import { sayDone } from '../../ui/toast'

/** Recovery codes while they can be read, and the ways to keep them. */
export function RecoveryCodesPanel({ codes, name, onKept }: { codes: readonly string[]; name: string; onKept: () => void }) {
  const t = useTranslations('factors.codes')
  const format = useFormat()
  const head = t('fileHead', { name, host: window.location.host, when: format.moment(Date.now()) })
  const text = `${head}\n\n${codes.join('\n')}\n`

  const copy = async () => {
    await navigator.clipboard.writeText(codes.join('\n'))
    sayDone(t('copied'))
  }
  const download = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = address
    link.download = 'baluhost-recovery-codes.txt'
    link.click()
    URL.revokeObjectURL(address)
  }

  return (
    <div className="grid gap-4">
      <p className="rounded-control bg-warn-soft px-3 py-2.5 text-[13px] text-warn">{t('shownOnce')}</p>
      <div data-print-alone className="grid gap-3">
        <p className="hidden print:block">{head}</p>
        <ol
          aria-label={t('shownTitle')}
          className="grid grid-cols-1 gap-x-6 gap-y-1.5 rounded-control bg-sunken p-4 font-mono text-[15px] sm:grid-cols-2"
        >
          {codes.map((code) => (
            <li key={code} className="select-all tracking-wide">
              {code}
            </li>
          ))}
        </ol>
      </div>
      <div className="flex flex-wrap gap-2">
        {/* Browsers give pages the clipboard over TLS alone; marking and copying works anywhere. */}
        {navigator.clipboard ? (
          <Button onClick={() => void copy()}>
            <Copy aria-hidden />
            {t('copy')}
          </Button>
        ) : null}
        <Button onClick={download}>
          <Download aria-hidden />
          {t('download')}
        </Button>
        <Button onClick={() => window.print()}>
          <Printer aria-hidden />
          {t('print')}
        </Button>
        <Button look="primary" className="ml-auto" onClick={onKept}>
          {t('kept')}
        </Button>
      </div>
    </div>
  )
}
