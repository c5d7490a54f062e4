'use client'

import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'

/** The link, to be copied: it is shown only now. */
export function InvitationLink({ address, onDone }: { address: string; onDone: () => void }) {
  const t = useTranslations('people.invitationsPage')
  const field = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<'copied' | 'failed' | null>(null)
  const copy = async () => {
    try {
      // Browsers only have it where the address is safe: over TLS, or on this very machine.
      await navigator.clipboard.writeText(address)
      setState('copied')
    } catch {
      field.current?.select()
      setState('failed')
    }
  }
  return (
    <div className="grid gap-5">
      <Field ref={field} label={t('link')} value={address} readOnly onFocus={(event) => event.target.select()} />
      <div className="flex items-center justify-end gap-3">
        <p role="status" className="min-w-0 flex-1 text-[13px] text-ink-soft">
          {state === 'copied' ? t('copied') : state === 'failed' ? t('copyFailed') : ''}
        </p>
        <Button look="primary" onClick={() => void copy()}>
          {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
          {t('copy')}
        </Button>
        <Button onClick={onDone}>{t('done')}</Button>
      </div>
    </div>
  )
}
