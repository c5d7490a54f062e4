'use client'

import { useMutation } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { Pill } from '../../ui/pill'
import { sayDone, sayFailed } from '../../ui/toast'
import { ClientName } from './client-name'

const ForgetBrowserDocument = graphql(`
  mutation ForgetBrowser($input: ForgetBrowserInput!) {
    forgetBrowser(input: $input) {
      ... on BrowsersForgotten {
        browsers {
          id
        }
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

interface Remembered {
  id: string
  client: string | null
  createdAt: string
  expiresAt: string
  isCurrent: boolean
}

/** Browsers that ask for the password alone, and how to end that. */
export function RememberedBrowsersCard({ browsers, onChanged }: { browsers: readonly Remembered[]; onChanged: () => void }) {
  const t = useTranslations('factors.browsers')
  const format = useFormat()
  const textOf = useFailureText()
  const [forget, { loading }] = useMutation(ForgetBrowserDocument)

  const run = async (id: string | null) => {
    try {
      const result = (await forget({ variables: { input: { id } } })).data?.forgetBrowser
      if (!result || 'code' in result) return sayFailed(textOf(result ?? { code: 'INTERNAL', message: '' }))
      sayDone(t('forgotten'))
      onChanged()
    } catch (error) {
      sayFailed(textOf(readFailure(error)))
    }
  }

  return (
    <Card title={t('title')}>
      <p className="mt-3 max-w-[60ch] text-ink-soft">{browsers.length > 0 ? t('lead') : t('none')}</p>
      {browsers.length > 0 ? (
        <ul className="mt-2 divide-y divide-line">
          {browsers.map(({ id, client, expiresAt, isCurrent }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-3">
              <div className="min-w-0 flex-1">
                <p className="flex flex-wrap items-center gap-2 font-medium">
                  <ClientName client={client} unknown={t('unknown')} />
                  {isCurrent ? <Pill tone="info">{t('current')}</Pill> : null}
                </p>
                <p className="text-[13px] text-ink-soft">{t('until', { when: format.moment(Date.parse(expiresAt)) })}</p>
              </div>
              <Button size="small" pending={loading} onClick={() => void run(id)}>
                {t('forget')}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      {browsers.length > 1 ? (
        <div className="mt-2">
          <Button pending={loading} onClick={() => void run(null)}>
            {t('forgetAll')}
          </Button>
        </div>
      ) : null}
    </Card>
  )
}
