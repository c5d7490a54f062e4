'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import type { EndableDevice } from './device-item'

export const EndSessionDocument = graphql(`
  mutation EndSession($input: EndSessionInput!) {
    endSession(input: $input) {
      ... on Session {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const EndOtherSessionsDocument = graphql(`
  mutation EndOtherSessions {
    endOtherSessions {
      ... on OtherSessionsEnded {
        count
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

interface Props {
  /** One of them, or all but this browser. */
  what: EndableDevice | 'others'
  /** How many others there are. */
  count: number
  onClose: () => void
}

/** Says what ending means, and ends it. The list changes by itself. */
export function EndSessionsDialog({ what, count, onClose }: Props) {
  const t = useTranslations('profile.devices')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [endOne, one] = useMutation(EndSessionDocument)
  const [endOthers, others] = useMutation(EndOtherSessionsDocument)
  const [failure, setFailure] = useState<string>()

  const end = async () => {
    if (what === 'others') return (await endOthers()).data?.endOtherSessions
    return (await endOne({ variables: { input: { id: what.id } } })).data?.endSession
  }
  const run = async () => {
    setFailure(undefined)
    try {
      const result = await end()
      // Ended from elsewhere meanwhile: that was wanted.
      if (!result || ('code' in result && result.code !== 'SESSION_NOT_FOUND')) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(what === 'others' ? t('othersEnded') : t('ended', { name: what.name }))
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  const title = what === 'others' ? t('endOthersTitle', { count }) : t('endTitle', { name: what.name })
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('endLead')}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" pending={one.loading || others.loading} onClick={() => void run()}>
            {what === 'others' ? t('endOthers', { count }) : t('end')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
