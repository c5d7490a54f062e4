import { Check, X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { ScopeChoice } from './use-scopes'

/** What a key with these scopes may do and what not, as it will be. */
export function KeyPreview({ scopes, chosen }: { scopes: readonly ScopeChoice[]; chosen: readonly string[] }) {
  const t = useTranslations('keys')
  const [may, mayNot] = [true, false].map((wanted) => scopes.filter(({ name }) => chosen.includes(name) === wanted))
  return (
    <section
      aria-label={t('preview')}
      aria-live="polite"
      className="grid content-start gap-4 rounded-card border border-line bg-canvas p-4"
    >
      <div>
        <h3 className="mb-2 font-medium text-[13px]">{t('may')}</h3>
        {may?.length ? (
          <ul className="grid gap-2">
            {may.map((scope) => (
              <li key={scope.name} className="flex items-start gap-2">
                <Check aria-hidden className="mt-0.5 size-4 shrink-0 text-good" />
                <div className="min-w-0">
                  {scope.words}
                  <details className="text-[13px] text-ink-soft">
                    <summary className="cursor-pointer">{t('fields', { count: scope.fields.length })}</summary>
                    <ul className="mt-1 grid gap-0.5">
                      {scope.fields.map((field) => (
                        <li key={field} className="break-words">
                          <code>{field}</code>
                        </li>
                      ))}
                    </ul>
                  </details>
                </div>
              </li>
            ))}
          </ul>
        ) : (
          <p className="text-ink-soft">{t('nothingYet')}</p>
        )}
        <p className="mt-2 text-[13px] text-ink-soft">{t('asYou')}</p>
      </div>
      <div>
        <h3 className="mb-2 font-medium text-[13px]">{t('mayNot')}</h3>
        <ul className="grid gap-2 text-ink-soft">
          {[...(mayNot ?? []).map(({ name, words }) => [name, words]), ['never', t('never')]].map(([name, words]) => (
            <li key={name} className="flex items-start gap-2">
              <X aria-hidden className="mt-0.5 size-4 shrink-0" />
              {words}
            </li>
          ))}
        </ul>
      </div>
    </section>
  )
}
