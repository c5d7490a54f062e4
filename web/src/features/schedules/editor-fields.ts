import type { ScheduleCatchUp, ScheduleOverlap } from '../../graphql/generated/graphql'
import type { Schedule } from './schedule'
import { fieldsOf, plainTiming, type TimingFields } from './timing'

export const actions = ['copy', 'databaseCheck', 'verifyAudit'] as const
export type Action = (typeof actions)[number]
const actionOfKind: Partial<Record<string, Action>> = { dated_copy: 'copy', audit_verify: 'verifyAudit' }

/** What the editor holds. All are texts, as inputs have them. */
export interface EditorFields extends TimingFields {
  readonly title: string
  readonly action: Action
  readonly copyFrom: string
  readonly copyTo: string
  readonly thorough: boolean
  readonly timeZone: string
  readonly windowFrom: string
  readonly windowTo: string
  readonly jitterMinutes: string
  readonly catchUp: ScheduleCatchUp
  readonly overlap: ScheduleOverlap
  readonly attempts: string
}

export function editorFieldsOf(schedule: Schedule | null): EditorFields {
  if (!schedule)
    return {
      ...plainTiming,
      title: '',
      action: 'databaseCheck',
      copyFrom: '',
      copyTo: '',
      thorough: true,
      timeZone: 'system',
      windowFrom: '',
      windowTo: '',
      jitterMinutes: '0',
      catchUp: 'RUN_ONCE',
      overlap: 'SKIP',
      attempts: '',
    }
  const { kind, input, window, catchUp, overlap } = schedule
  return {
    ...fieldsOf(schedule),
    title: schedule.title,
    action: actionOfKind[kind] ?? 'databaseCheck',
    copyFrom: textIn(input, 'from'),
    copyTo: textIn(input, 'toFolder'),
    thorough: !('thorough' in input) || input.thorough !== false,
    timeZone: schedule.timeZone,
    windowFrom: window?.from ?? '',
    windowTo: window?.to ?? '',
    jitterMinutes: String(schedule.jitterSeconds / 60),
    catchUp,
    overlap,
    attempts: schedule.maxAttempts === null ? '' : String(schedule.maxAttempts),
  }
}

/** The rules apart from the times, as the graph takes them. */
export function rulesOf(fields: EditorFields) {
  return {
    timeZone: fields.timeZone,
    window: windowOf(fields),
    jitterSeconds: Math.round((Number(fields.jitterMinutes) || 0) * 60),
    catchUp: fields.catchUp,
    overlap: fields.overlap,
    maxAttempts: fields.attempts === '' ? null : Math.round(Number(fields.attempts)),
  }
}

export function windowOf({ windowFrom, windowTo }: EditorFields): { from: string; to: string } | null {
  return windowFrom && windowTo ? { from: windowFrom.slice(0, 5), to: windowTo.slice(0, 5) } : null
}

export function actionOf({ action, copyFrom, copyTo, thorough }: EditorFields) {
  if (action === 'copy') return { copy: { from: copyFrom.trim(), toFolder: copyTo.trim() } }
  return action === 'verifyAudit' ? { verifyAudit: true } : { databaseCheck: { thorough } }
}

function textIn(input: object, name: string): string {
  const value: unknown = Object.entries(input).find(([key]) => key === name)?.[1]
  return typeof value === 'string' ? value : ''
}

/** The name in the graph, made of the one for people. */
export function nameOf(title: string): string {
  const plain = title
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 48)
  // Two letters at least; what has none of these gets a name by the clock.
  return plain.length >= 2 ? plain : `schedule_${Date.now().toString(36)}`
}
