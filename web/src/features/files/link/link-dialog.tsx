'use client'

import { useMutation } from '@apollo/client/react'
import { Check, Copy } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { readFailure } from '../../../graphql/failure'
import { graphql } from '../../../graphql/generated'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Choice } from '../../../ui/choice'
import { Dialog } from '../../../ui/dialog'
import { Field } from '../../../ui/field'
import { FormError } from '../../../ui/form-error'
import type { Entry } from '../listing/entry'
import { LinkWords } from './link-words'

export const CreateDownloadUrlDocument = graphql(`
  mutation CreateDownloadUrl($input: CreateDownloadUrlInput!) {
    createDownloadUrl(input: $input) {
      ... on DownloadUrl {
        url
        expiresAt
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** In hours. */
const lifetimes = [1, 8, 24] as const

interface Made {
  address: string
  expiresAt: string
}

/** Makes an address that a program without a sign-in can open, and shows it once. */
export function LinkDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  return (
    <LinkWords>
      <LinkFlow entry={entry} onClose={onClose} />
    </LinkWords>
  )
}

function LinkFlow({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useTranslations('playerLink')
  const shell = useTranslations('shell')
  const [made, setMade] = useState<Made | null>(null)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('title')}
      description={t('description', { name: entry.name })}
      closeLabel={shell('close')}
    >
      {made ? <MadeLink made={made} onDone={onClose} /> : <LinkForm path={entry.path} onMade={setMade} onCancel={onClose} />}
    </Dialog>
  )
}

function LinkForm({ path, onMade, onCancel }: { path: string; onMade: (made: Made) => void; onCancel: () => void }) {
  const t = useTranslations('playerLink')
  const files = useTranslations('files')
  const textOf = useFailureText()
  const [hours, setHours] = useState('8')
  const [failure, setFailure] = useState<string>()
  const [create, { loading }] = useMutation(CreateDownloadUrlDocument)
  const make = async () => {
    setFailure(undefined)
    try {
      const { data } = await create({ variables: { input: { path, expiresInSeconds: Number(hours) * 3_600 } } })
      const answer = data?.createDownloadUrl
      if (!answer || 'code' in answer) return setFailure(textOf(answer ?? { code: 'INTERNAL', message: '' }))
      onMade({ address: new URL(answer.url, window.location.origin).href, expiresAt: answer.expiresAt })
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }
  return (
    <form
      className="grid gap-5"
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <FormError message={failure} />
      <Choice
        label={t('validFor')}
        value={hours}
        onChange={(event) => setHours(event.target.value)}
        options={lifetimes.map((count) => ({ value: String(count), label: t('hours', { count }) }))}
      />
      <div className="flex justify-end gap-2">
        <Button look="quiet" className="max-sm:h-11" onClick={onCancel}>
          {files('cancel')}
        </Button>
        <Button type="submit" look="primary" className="max-sm:h-11" pending={loading}>
          {t('make')}
        </Button>
      </div>
    </form>
  )
}

function MadeLink({ made, onDone }: { made: Made; onDone: () => void }) {
  const t = useTranslations('playerLink')
  const format = useFormat()
  const field = useRef<HTMLInputElement>(null)
  const [state, setState] = useState<'copied' | 'failed' | null>(null)
  const copy = async () => {
    try {
      // Browsers only have it where the address is safe: over TLS, or on this very machine.
      await navigator.clipboard.writeText(made.address)
      setState('copied')
    } catch {
      field.current?.select()
      setState('failed')
    }
  }
  return (
    <div className="grid gap-5">
      <Field ref={field} label={t('link')} value={made.address} readOnly onFocus={(event) => event.target.select()} />
      <p className="text-[13px] text-ink-soft">{t('until', { time: format.moment(Date.parse(made.expiresAt)) })}</p>
      <div className="flex items-center justify-end gap-3">
        <p role="status" className="min-w-0 flex-1 text-[13px] text-ink-soft">
          {state === 'copied' ? t('copied') : state === 'failed' ? t('copyFailed') : ''}
        </p>
        <Button look="primary" className="max-sm:h-11" onClick={() => void copy()}>
          {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
          {t('copy')}
        </Button>
        <Button className="max-sm:h-11" onClick={onDone}>
          {t('done')}
        </Button>
      </div>
    </div>
  )
}
