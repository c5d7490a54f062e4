import { clsx } from 'clsx'
import { type ComponentProps, useId } from 'react'
import { useTranslations } from 'use-intl'
import { inputLook } from '../../ui/field'

/** From where the key may be used, an address or network in each line. Takes react-hook-form's `register(…)`. */
export function AddressesField({ error, ...area }: ComponentProps<'textarea'> & { error: string | undefined }) {
  const t = useTranslations('keys')
  const id = useId()
  return (
    <div className="grid gap-1.5">
      <label htmlFor={id} className="font-medium text-[13px]">
        {t('addresses')}
      </label>
      <textarea
        {...area}
        id={id}
        rows={2}
        spellCheck={false}
        autoCapitalize="none"
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-hint`}
        className={clsx(inputLook, 'h-auto py-2 font-mono text-[13px]!')}
      />
      <p id={`${id}-hint`} role={error ? 'alert' : undefined} className={clsx('text-[13px]', error ? 'text-bad' : 'text-ink-soft')}>
        {error ?? t('addressesHint')}
      </p>
    </div>
  )
}
