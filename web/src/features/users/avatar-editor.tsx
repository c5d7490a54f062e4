'use client'

import { ImageUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureText } from '../../messages/use-failure-text'
import { Avatar } from '../../ui/avatar'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { removeAvatar, sendAvatar } from './avatar-transport'

const largest = 5 * 1024 * 1024

/** Chooses a picture, shows how it will look, and puts it in place. `who` is `me`, or an id. */
export function AvatarEditor({ who, name, url, onChanged }: { who: string; name: string; url: string | null; onChanged: () => void }) {
  const t = useTranslations('people.avatar')
  const people = useTranslations('people')
  const textOf = useFailureText()
  const input = useRef<HTMLInputElement>(null)
  const [chosen, setChosen] = useState<{ file: File; preview: string } | null>(null)
  const [pending, setPending] = useState(false)
  const [failure, setFailure] = useState<string>()
  useEffect(() => {
    if (chosen) return () => URL.revokeObjectURL(chosen.preview)
  }, [chosen])

  const choose = (file: File | undefined) => {
    setFailure(undefined)
    if (!file) return
    if (file.size > largest) setFailure(t('tooLarge'))
    else setChosen({ file, preview: URL.createObjectURL(file) })
  }
  const run = async (change: () => Promise<{ code: string; message: string } | null>, done: string) => {
    setPending(true)
    setFailure(undefined)
    const problem = await change()
    setPending(false)
    if (problem) {
      setFailure(textOf(problem))
      return
    }
    setChosen(null)
    sayDone(done)
    onChanged()
  }

  return (
    <div className="mt-4 grid gap-4">
      <FormError message={failure} />
      <div className="flex flex-wrap items-center gap-5">
        <Avatar name={name} url={chosen?.preview ?? url} size="huge" />
        <div className="grid min-w-0 flex-1 gap-3">
          <p className="text-[13px] text-ink-soft">{chosen ? t('preview') : t('hint')}</p>
          <input
            ref={input}
            type="file"
            accept="image/png,image/jpeg,image/webp,image/gif"
            aria-label={t('choose')}
            className="sr-only"
            tabIndex={-1}
            onChange={(event) => {
              choose(event.target.files?.[0])
              // The same file again is a choice again.
              event.target.value = ''
            }}
          />
          <div className="flex flex-wrap gap-2">
            {chosen ? (
              <>
                <Button look="primary" pending={pending} onClick={() => void run(() => sendAvatar(who, chosen.file), t('saved'))}>
                  {t('use')}
                </Button>
                <Button look="quiet" onClick={() => setChosen(null)} disabled={pending}>
                  {people('cancel')}
                </Button>
              </>
            ) : (
              <>
                <Button onClick={() => input.current?.click()}>
                  <ImageUp aria-hidden />
                  {t('choose')}
                </Button>
                {url ? (
                  <Button look="quiet" pending={pending} onClick={() => void run(() => removeAvatar(who), t('removed'))}>
                    {t('remove')}
                  </Button>
                ) : null}
              </>
            )}
          </div>
        </div>
      </div>
    </div>
  )
}
