'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { Dialog } from '../../ui/dialog'
import { Pill } from '../../ui/pill'
import { ConfirmedAction } from './confirmed-action'
import { RecoveryCodesPanel } from './recovery-codes-panel'

/** With fewer than so many left it is time for new ones. */
const few = 3

const RegenerateRecoveryCodesDocument = graphql(`
  mutation RegenerateRecoveryCodes {
    regenerateRecoveryCodes {
      ... on RecoveryCodes {
        codes
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** How many are left, and new ones. */
export function RecoveryCodesCard({
  username,
  left,
  hasFactor,
  onChanged,
}: {
  username: string
  left: number
  hasFactor: boolean
  onChanged: () => void
}) {
  const t = useTranslations('factors.codes')
  const shell = useTranslations('shell')
  const [open, setOpen] = useState(false)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [regenerate] = useMutation(RegenerateRecoveryCodesDocument)
  const close = () => {
    setOpen(false)
    setCodes(null)
    onChanged()
  }

  return (
    <Card
      title={t('title')}
      aside={hasFactor ? <Pill tone={left === 0 ? 'bad' : left < few ? 'warn' : 'neutral'}>{t('left', { count: left })}</Pill> : null}
    >
      <div className="mt-3 grid gap-4">
        <p className="max-w-[60ch] text-ink-soft">{hasFactor ? t('lead') : t('none')}</p>
        {hasFactor && left < few ? <p className="text-[13px] text-warn">{t('few')}</p> : null}
        {hasFactor ? (
          <div>
            <Button look={left < few ? 'primary' : 'secondary'} onClick={() => setOpen(true)}>
              {t('make')}
            </Button>
          </div>
        ) : null}
      </div>
      <Dialog
        open={open}
        onOpenChange={(next) => (next ? undefined : close())}
        title={codes ? t('shownTitle') : t('makeTitle')}
        {...(codes ? {} : { description: t('makeLead') })}
        closeLabel={shell('close')}
      >
        {codes ? (
          <RecoveryCodesPanel codes={codes} name={username} onKept={close} />
        ) : (
          <ConfirmedAction
            label={t('make')}
            look="primary"
            onCancel={close}
            run={() => regenerate()}
            onDone={({ data }) => {
              const made = data?.regenerateRecoveryCodes
              if (made && 'codes' in made) setCodes(made.codes)
            }}
          />
        )}
      </Dialog>
    </Card>
  )
}
