'use client'

import { useTranslations } from 'use-intl'
import type { ScheduleCatchUp, ScheduleOverlap } from '../../graphql/generated/graphql'
import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import type { EditorFields } from './editor-fields'

/** What most leave as it is. */
export function EditorMore({ fields, onChange }: { fields: EditorFields; onChange: (next: Partial<EditorFields>) => void }) {
  const t = useTranslations('schedules')
  return (
    <details className="group rounded-control border border-line">
      <summary className="cursor-pointer px-4 py-2.5 font-medium text-[13px]">{t('edit.more')}</summary>
      <div className="grid items-start gap-3 px-4 pb-4 sm:grid-cols-2">
        <Field
          label={t('edit.windowFrom')}
          hint={t('edit.windowHint')}
          type="time"
          value={fields.windowFrom}
          onChange={(event) => onChange({ windowFrom: event.target.value })}
        />
        <Field
          label={t('edit.windowTo')}
          type="time"
          value={fields.windowTo}
          onChange={(event) => onChange({ windowTo: event.target.value })}
        />
        <Field
          label={t('edit.jitter')}
          hint={t('edit.jitterHint')}
          type="number"
          min={0}
          max={720}
          value={fields.jitterMinutes}
          onChange={(event) => onChange({ jitterMinutes: event.target.value })}
        />
        <Field
          label={t('edit.attempts')}
          hint={t('edit.attemptsHint')}
          type="number"
          min={1}
          max={10}
          value={fields.attempts}
          onChange={(event) => onChange({ attempts: event.target.value })}
        />
        <Choice
          label={t('edit.catchUp')}
          value={fields.catchUp}
          onChange={(event) => onChange({ catchUp: event.target.value as ScheduleCatchUp })}
          options={(['RUN_ONCE', 'SKIP'] as const).map((value) => ({ value, label: t(`catchUp.${value}`) }))}
        />
        <Choice
          label={t('edit.overlap')}
          value={fields.overlap}
          onChange={(event) => onChange({ overlap: event.target.value as ScheduleOverlap })}
          options={(['SKIP', 'QUEUE'] as const).map((value) => ({ value, label: t(`overlap.${value}`) }))}
        />
      </div>
    </details>
  )
}
