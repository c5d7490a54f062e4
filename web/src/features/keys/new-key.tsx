'use client'

import { Check, Copy } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'

/** The text of a new key. Selected at a click, since copying by itself needs a page that came over TLS. */
export function NewKey({ text, onDone }: { text: string; onDone: () => void }) {
  const t = useTranslations('keys')
  const labelId = useId()
  const [state, setState] = useState<'new' | 'copied' | 'failed'>('new')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('failed')
    }
  }
  const origin = window.location.origin
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
      <div>
        <h3 id={labelId} className="mb-1.5 font-medium text-[13px]">
          {t('keyLabel')}
        </h3>
        <output
          aria-labelledby={labelId}
          className="block select-all break-all rounded-control border border-line-strong bg-canvas p-3 font-mono text-[15px]"
        >
          {text}
        </output>
        <p role="alert" className="mt-1.5 text-[13px] text-bad empty:hidden">
          {state === 'failed' ? t('copyFailed') : null}
        </p>
      </div>
      <div>
        <h3 className="mb-1.5 font-medium text-[13px]">{t('use')}</h3>
        <pre className="overflow-x-auto rounded-control border border-line bg-canvas p-3 text-[13px] leading-5">
          {`curl ${origin}/graphql \\\n  -H 'Authorization: Bearer ${text.slice(0, 11)}…' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"query":"{ server { version } }"}'`}
        </pre>
      </div>
      <div className="flex justify-end gap-2">
        <Button onClick={() => void copy()}>
          {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
          <span aria-live="polite">{state === 'copied' ? t('copied') : t('copy')}</span>
        </Button>
        <Button look="primary" onClick={onDone}>
          {t('done')}
        </Button>
      </div>
    </div>
  )
}
