'use client'

import { clsx } from 'clsx'
import { CircleAlert, CircleCheck, Clock, FileUp, Pause, Play, RotateCcw, X } from 'lucide-react'
import Link from 'next/link'
import { type ReactNode, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Meter } from '../../../ui/meter'
import { sayFailed } from '../../../ui/toast'
import { kindIcons, kindOf } from '../file-kind'
import { nameOf, parentOf } from '../path'
import { placeHref } from '../place'
import type { UploadItem } from './upload-item'
import { tray } from './use-tray'

const marks = { done: CircleCheck, failed: CircleAlert, asking: CircleAlert, interrupted: CircleAlert, queued: Clock } as const

/** One upload: name, how much of it is safe on the server, and what can be done. */
export function UploadRow({ item }: { item: UploadItem }) {
  const t = useTranslations('files.tray')
  const textOf = useFailureText()
  const format = useFormat()
  const input = useRef<HTMLInputElement>(null)
  const { key, state, path, offset, length, bytesPerSecond, problem } = item
  const name = nameOf(path)
  const Icon = state in marks ? marks[state as keyof typeof marks] : kindIcons[kindOf({ name, mimeType: null, isFolder: false })]
  const shown = state === 'done' || state === 'queued' ? null : length > 0 ? (offset / length) * 100 : 0

  const cancel = () => void tray.cancel(key).catch(() => sayFailed(t('cancelFailed', { name })))
  const choose = async (file: File) => {
    if (!(await tray.choose(key, file))) sayFailed(t('otherFile', { name: file.name }), t('otherFileHint'))
  }
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      <Icon
        aria-hidden
        className={clsx(
          'size-5 shrink-0',
          state === 'done'
            ? 'text-good'
            : state === 'failed'
              ? 'text-bad'
              : state === 'interrupted' || state === 'asking'
                ? 'text-warn'
                : 'text-ink-soft',
        )}
      />
      <div className="grid min-w-0 flex-1 gap-1">
        {state === 'done' ? (
          <Link href={placeHref({ path: parentOf(path), preview: name })} title={path} className="truncate font-medium hover:underline">
            {name}
          </Link>
        ) : (
          <span title={path} className="truncate font-medium">
            {name}
          </span>
        )}
        {shown === null ? null : (
          <Meter
            progress
            className="h-1"
            tone={state === 'failed' ? 'bad' : state === 'sending' || state === 'verifying' || state === 'elsewhere' ? 'accent' : 'warn'}
            label={name}
            value={shown}
            valueText={t('of', { done: format.bytes(offset), total: format.bytes(length) })}
          />
        )}
        <p className={clsx('figures text-xs', state === 'failed' ? 'text-bad' : 'text-ink-soft')}>
          {state === 'sending'
            ? t('sending', { done: format.bytes(offset), total: format.bytes(length), rate: format.rate(bytesPerSecond) })
            : state === 'failed' && problem
              ? textOf(problem)
              : state === 'done' || state === 'queued'
                ? t(`state.${state}`, { size: format.bytes(length) })
                : t(`state.${state}`, { size: t('of', { done: format.bytes(offset), total: format.bytes(length) }) })}
        </p>
      </div>
      <div className="flex shrink-0">
        {state === 'sending' || state === 'queued' || state === 'waiting' ? (
          <RowButton label={t('pause', { name })} onClick={() => void tray.pause(key)}>
            <Pause aria-hidden />
          </RowButton>
        ) : null}
        {state === 'paused' ? (
          <RowButton label={t('resume', { name })} onClick={() => tray.resume(key)}>
            <Play aria-hidden />
          </RowButton>
        ) : null}
        {(state === 'failed' || state === 'waiting') && item.file ? (
          <RowButton label={t('retry', { name })} onClick={() => tray.resume(key)}>
            <RotateCcw aria-hidden />
          </RowButton>
        ) : null}
        {state === 'interrupted' ? (
          <>
            <input
              ref={input}
              type="file"
              hidden
              aria-label={t('choose', { name })}
              onChange={(event) => {
                const file = event.currentTarget.files?.[0]
                event.currentTarget.value = ''
                if (file) void choose(file)
              }}
            />
            <RowButton label={t('choose', { name })} onClick={() => input.current?.click()}>
              <FileUp aria-hidden />
            </RowButton>
          </>
        ) : null}
        {state === 'verifying' ? null : (
          <RowButton label={state === 'done' ? t('forget', { name }) : t('cancel', { name })} onClick={cancel}>
            <X aria-hidden />
          </RowButton>
        )}
      </div>
    </li>
  )
}

function RowButton({ label, onClick, children }: { label: string; onClick: () => void; children: ReactNode }) {
  return (
    <Button look="quiet" size="icon" aria-label={label} title={label} onClick={onClick} className="max-sm:size-11">
      {children}
    </Button>
  )
}
