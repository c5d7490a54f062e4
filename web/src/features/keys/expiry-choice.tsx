import type { ComponentProps } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { FormError } from '../../ui/form-error'

const days = { d30: 30, d90: 90, d365: 365, never: null } as const
export type Lifetime = keyof typeof days
const lifetimes = Object.keys(days) as Lifetime[]

/** When a key that begins now ends; null for never. */
export function expiryDate(lifetime: Lifetime, now = Date.now()): string | null {
  const count = days[lifetime]
  return count === null ? null : new Date(now + count * 86_400_000).toISOString()
}

/**
 * How long the key is good for, from now on; `keep` where it has an end already, or none (`present`). Takes
 * react-hook-form's `register(…)`.
 */
export function ExpiryChoice({
  present,
  error,
  ...radio
}: ComponentProps<'input'> & { present?: string | null | undefined; error?: string | undefined }) {
  const t = useTranslations('keys')
  const format = useFormat()
  const keep = present === null ? t('endless') : present && t('expiresAt', { at: format.moment(Date.parse(present)) })
  const choices = lifetimes.map((lifetime) => ({ value: lifetime as string, label: t(`expires.${lifetime}`) }))
  return (
    <fieldset>
      <legend className="mb-1.5 font-medium text-[13px]">{t('expiry')}</legend>
      <div className="mb-1.5 flex flex-wrap gap-1.5">
        {[...(keep ? [{ value: 'keep', label: t('keep', { present: keep }) }] : []), ...choices].map(({ value, label }) => (
          <label
            key={value}
            className="flex h-9 cursor-pointer items-center gap-2 rounded-control border border-line px-3 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input {...radio} type="radio" value={value} className="size-4 accent-accent" />
            {label}
          </label>
        ))}
      </div>
      <FormError message={error} />
    </fieldset>
  )
}
