'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { Dialog } from '../../ui/dialog'
import { Pill } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { sayDone } from '../../ui/toast'
import { ConfirmedAction } from './confirmed-action'
import { TotpEnrolment } from './totp-enrolment'

const DisableTotpDocument = graphql(`
  mutation DisableTotp {
    disableTotp {
      ... on TwoFactor {
        totpSince
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export interface AuthenticatorCardProps {
  username: string
  state: { totpSince: string | null; passkeyCount: number; required: boolean }
  onChanged: () => void
}

/** Whether an app gives codes; sets it up, moves it to another phone, turns it off. */
export function AuthenticatorCard({ username, state, onChanged }: AuthenticatorCardProps) {
  const t = useTranslations('factors.app')
  const shell = useTranslations('shell')
  const [open, setOpen] = useState<'enrol' | 'off' | null>(null)
  const [disable] = useMutation(DisableTotpDocument)
  const { totpSince, required } = state
  const close = () => setOpen(null)
  const done = () => {
    close()
    onChanged()
  }

  return (
    <Card
      title={t('title')}
      aside={<Pill tone={totpSince ? 'good' : required ? 'warn' : 'neutral'}>{totpSince ? t('on') : t('off')}</Pill>}
    >
      <div className="mt-3 grid gap-4">
        <p className="max-w-[60ch] text-ink-soft">{t('lead')}</p>
        {totpSince ? <p className="text-[13px]">{t.rich('since', { when: () => <RelativeTime at={totpSince} /> })}</p> : null}
        {required ? <p className="text-[13px] text-ink-soft">{t('required')}</p> : null}
        <div className="flex flex-wrap gap-2">
          <Button look={totpSince ? 'secondary' : 'primary'} onClick={() => setOpen('enrol')}>
            {totpSince ? t('replace') : t('setUp')}
          </Button>
          {totpSince ? <Button onClick={() => setOpen('off')}>{t('turnOff')}</Button> : null}
        </div>
      </div>
      <Dialog
        open={open === 'enrol'}
        onOpenChange={(next) => (next ? undefined : done())}
        title={t('scanTitle')}
        closeLabel={shell('close')}
      >
        <TotpEnrolment username={username} onDone={done} onCancel={close} />
      </Dialog>
      <Dialog
        open={open === 'off'}
        onOpenChange={(next) => (next ? undefined : close())}
        title={t('turnOffTitle')}
        description={t('turnOffLead')}
        closeLabel={shell('close')}
      >
        <ConfirmedAction
          label={t('turnOff')}
          onCancel={close}
          run={() => disable()}
          onDone={() => {
            sayDone(t('turnedOff'))
            done()
          }}
        />
      </Dialog>
    </Card>
  )
}
