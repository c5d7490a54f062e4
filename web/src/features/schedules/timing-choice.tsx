'use client'

import { useId } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { Choice } from '../../ui/choice'
import { Field } from '../../ui/field'
import { type Rhythm, rhythms, type TimingFields, type Unit, units } from './timing'

/** How often and when: what people say first, cron for the rest. */
export function TimingChoice({
  fields,
  error,
  onChange,
}: {
  fields: TimingFields
  error: string | undefined
  onChange: (next: Partial<TimingFields>) => void
}) {
  const t = useTranslations('schedules.edit')
  const { rhythm } = fields
  const atField = (
    <Field label={t('at')} type="time" value={fields.at} onChange={(event) => onChange({ at: event.target.value })} error={error} />
  )
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <Choice
        label={t('rhythm')}
        value={rhythm}
        onChange={(event) => onChange({ rhythm: event.target.value as Rhythm })}
        options={rhythms.map((value) => ({ value, label: t(`rhythms.${value}`) }))}
      />
      {rhythm === 'hourly' ? (
        <Field
          label={t('minute')}
          type="number"
          min={0}
          max={59}
          value={fields.minute}
          onChange={(event) => onChange({ minute: event.target.value })}
          error={error}
        />
      ) : rhythm === 'interval' ? (
        <div className="grid grid-cols-2 items-start gap-2">
          <Field
            label={t('everyAmount')}
            type="number"
            min={1}
            value={fields.amount}
            onChange={(event) => onChange({ amount: event.target.value })}
            error={error}
          />
          <Choice
            label={t('unit')}
            value={fields.unit}
            onChange={(event) => onChange({ unit: event.target.value as Unit })}
            options={(Object.keys(units) as Unit[]).map((value) => ({ value, label: t(`units.${value}`) }))}
          />
        </div>
      ) : rhythm === 'cron' ? (
        <Field
          label={t('cron')}
          hint={t('cronHint')}
          className="[&_input]:font-mono"
          value={fields.cron}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => onChange({ cron: event.target.value })}
          error={error}
        />
      ) : rhythm === 'monthly' ? (
        <div className="grid grid-cols-2 items-start gap-2">
          <Field
            label={t('day')}
            type="number"
            min={1}
            max={31}
            value={fields.day}
            onChange={(event) => onChange({ day: event.target.value })}
          />
          {atField}
        </div>
      ) : (
        atField
      )}
      {rhythm === 'weekly' ? <Days days={fields.days} onChange={(days) => onChange({ days })} /> : null}
    </div>
  )
}

function Days({ days, onChange }: { days: readonly string[]; onChange: (days: string[]) => void }) {
  const t = useTranslations('schedules.edit')
  const locale = useLocale()
  const id = useId()
  const word = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  return (
    <fieldset className="grid gap-1.5 sm:col-span-2">
      <legend className="mb-1.5 font-medium text-[13px]">{t('days')}</legend>
      <div className="flex flex-wrap gap-2">
        {['1', '2', '3', '4', '5', '6', '0'].map((day) => (
          <label
            key={day}
            htmlFor={id + day}
            className="flex h-9 cursor-pointer items-center gap-2 rounded-control border border-line-strong px-3 has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent"
          >
            <input
              id={id + day}
              type="checkbox"
              className="accent-accent"
              checked={days.includes(day)}
              onChange={(event) => onChange(event.target.checked ? [...days, day] : days.filter((each) => each !== day))}
            />
            {/* The 4th of January 1970 was a Sunday. */}
            {word.format(new Date((3 + Number(day)) * 86_400_000))}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
