import { type ComponentProps, useId } from 'react'
import { useTranslations } from 'use-intl'
import type { ScopeChoice } from './use-scopes'

/** What the key may do, each with its name in the graph. Takes react-hook-form's `register(…)`. */
export function ScopeChoices({
  scopes,
  error,
  ...box
}: Omit<ComponentProps<'input'>, 'children'> & { scopes: readonly ScopeChoice[]; error: string | undefined }) {
  const t = useTranslations('keys')
  const errorId = useId()
  return (
    <fieldset className="grid gap-1.5" aria-describedby={error ? errorId : undefined}>
      <legend className="mb-1.5 font-medium text-[13px]">{t('scopes')}</legend>
      <div className="grid gap-1.5 sm:grid-cols-2">
        {scopes.map(({ name, words }) => (
          <label
            key={name}
            className="flex cursor-pointer items-start gap-3 rounded-control border border-line px-3 py-2 transition-colors hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input {...box} type="checkbox" value={name} className="mt-0.5 size-4 shrink-0 accent-accent" />
            <span className="min-w-0">
              <span className="block">{words}</span>
              <code className="block text-[13px] text-ink-soft">{name}</code>
            </span>
          </label>
        ))}
      </div>
      <p id={errorId} role="alert" className="text-[13px] text-bad empty:hidden">
        {error}
      </p>
    </fieldset>
  )
}
