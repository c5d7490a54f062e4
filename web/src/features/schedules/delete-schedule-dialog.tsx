'use client'

import { useMutation } from '@apollo/client/react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import type { Schedule } from './schedule'
import { useScheduleWords } from './use-schedule-words'

export const DeleteScheduleDocument = graphql(`
  mutation DeleteSchedule($name: String!) {
    deleteSchedule(name: $name) {
      ... on Schedule {
        name
        deletedAt
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Says what stays and what goes, and deletes it. */
export function DeleteScheduleDialog({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const t = useTranslations('schedules.remove')
  const shell = useTranslations('shell')
  const words = useScheduleWords()
  const router = useRouter()
  const [remove, { loading }] = useMutation(DeleteScheduleDocument)
  const [failure, setFailure] = useState<string>()
  const name = words.title(schedule)
  const run = async () => {
    setFailure(undefined)
    try {
      const answer = (await remove({ variables: { name: schedule.name } })).data?.deleteSchedule
      // Somebody else was faster: it is gone, which was wanted.
      if (answer && 'code' in answer && answer.code !== 'SCHEDULE_NOT_FOUND') return setFailure(words.problem(answer))
      sayDone(t('done', { name }))
      router.push('/jobs/schedules')
    } catch (error) {
      setFailure(words.problem(readFailure(error)))
    }
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('title', { name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('lead')}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" pending={loading} onClick={() => void run()}>
            {t('confirm')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
