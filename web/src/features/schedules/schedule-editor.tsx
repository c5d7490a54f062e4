'use client'

import { useMutation } from '@apollo/client/react'
import { type FormEvent, useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Choice } from '../../ui/choice'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { actionOf, actions, type EditorFields, editorFieldsOf, nameOf, rulesOf, windowOf } from './editor-fields'
import { EditorMore } from './editor-more'
import { PreviewTimes } from './preview-times'
import type { Schedule } from './schedule'
import { timingOf } from './timing'
import { TimingChoice } from './timing-choice'
import { usePreview } from './use-preview'
import { useScheduleWords } from './use-schedule-words'

export const CreateScheduleDocument = graphql(`
  mutation CreateSchedule($input: CreateScheduleInput!) {
    createSchedule(input: $input) {
      ... on Schedule {
        name
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const UpdateScheduleDocument = graphql(`
  mutation UpdateSchedule($input: UpdateScheduleInput!) {
    updateSchedule(input: $input) {
      ... on Schedule {
        name
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Makes a schedule (`schedule` is null) or changes one: of a built-in one the times alone. */
export function ScheduleEditor({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  const t = useTranslations('schedules.edit')
  const shell = useTranslations('shell')
  const words = useScheduleWords()
  const [fields, setFields] = useState<EditorFields>(() => editorFieldsOf(schedule))
  const [tried, setTried] = useState(false)
  const [failure, setFailure] = useState<string>()
  const [create, creating] = useMutation(CreateScheduleDocument)
  const [update, updating] = useMutation(UpdateScheduleDocument)
  const change = (next: Partial<EditorFields>) => setFields((known) => ({ ...known, ...next }))
  const timing = timingOf(fields)
  const preview = usePreview(timing, fields.timeZone, windowOf(fields))
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone').map((value) => ({ value, label: value })), [])
  const own = !schedule?.builtIn
  const pathsMissing = fields.action === 'copy' && !(fields.copyFrom.trim().startsWith('/') && fields.copyTo.trim().startsWith('/'))

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    setFailure(undefined)
    if (!timing || (own && (!fields.title.trim() || pathsMissing))) return
    const title = fields.title.trim()
    const rules = { timing, ...rulesOf(fields) }
    try {
      const answer = schedule
        ? (await update({ variables: { input: { name: schedule.name, ...rules, ...(own ? { title, action: actionOf(fields) } : {}) } } }))
            .data?.updateSchedule
        : (await create({ variables: { input: { name: nameOf(title), title, action: actionOf(fields), ...rules } } })).data?.createSchedule
      if (!answer) return
      if ('code' in answer) return setFailure(words.problem(answer))
      sayDone(t('saved', { name: own ? title : schedule ? words.title(schedule) : title }))
      onClose()
    } catch (error) {
      setFailure(words.problem(readFailure(error)))
    }
  }
  return (
    <Dialog
      open
      width="normal"
      onOpenChange={(open) => !open && onClose()}
      title={schedule ? t('editTitle', { name: words.title(schedule) }) : t('createTitle')}
      closeLabel={shell('close')}
    >
      <form onSubmit={(event) => void submit(event)} noValidate className="grid gap-4">
        <FormError message={failure} />
        {own ? (
          <>
            <Field
              label={t('titleField')}
              hint={t('titleHint')}
              maxLength={100}
              value={fields.title}
              onChange={(event) => change({ title: event.target.value })}
              error={tried && !fields.title.trim() ? t('needed') : undefined}
            />
            <Choice
              label={t('action')}
              value={fields.action}
              onChange={(event) => change({ action: event.target.value as EditorFields['action'] })}
              options={actions.map((value) => ({ value, label: t(`actions.${value}`) }))}
            />
            {fields.action === 'copy' ? (
              <>
                <Field
                  label={t('copyFrom')}
                  hint={t('copyFromHint')}
                  value={fields.copyFrom}
                  onChange={(event) => change({ copyFrom: event.target.value })}
                  error={tried && !fields.copyFrom.trim().startsWith('/') ? t('pathNeeded') : undefined}
                />
                <Field
                  label={t('copyTo')}
                  hint={t('copyToHint')}
                  value={fields.copyTo}
                  onChange={(event) => change({ copyTo: event.target.value })}
                  error={tried && !fields.copyTo.trim().startsWith('/') ? t('pathNeeded') : undefined}
                />
              </>
            ) : null}
            {fields.action === 'databaseCheck' ? (
              <label className="flex items-center gap-2">
                <input
                  type="checkbox"
                  className="size-4 accent-accent"
                  checked={fields.thorough}
                  onChange={(event) => change({ thorough: event.target.checked })}
                />
                {t('thorough')}
              </label>
            ) : null}
          </>
        ) : null}
        <TimingChoice fields={fields} error={tried && !timing ? t('needed') : undefined} onChange={change} />
        <Choice
          label={t('zone')}
          value={fields.timeZone}
          onChange={(event) => change({ timeZone: event.target.value })}
          options={[{ value: 'system', label: t('zoneSystem') }, ...zones]}
        />
        <PreviewTimes timing={timing} preview={preview} />
        <EditorMore fields={fields} onChange={change} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="primary" type="submit" pending={creating.loading || updating.loading}>
            {schedule ? t('save') : t('create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
