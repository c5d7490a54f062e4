import { builder } from '../graphql/builder.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { Action } from './schedule-changes.ts'

const DatabaseCheckAction = builder.inputType('DatabaseCheckActionInput', {
  fields: (t) => ({
    thorough: t.boolean({
      defaultValue: true,
      description: 'Also whether indexes and tables say the same, or every row can be read. Takes longer.',
    }),
  }),
})

const CopyAction = builder.inputType('CopyActionInput', {
  fields: (t) => ({
    from: t.field({ type: 'Path', required: true, description: 'The file or folder that is copied, with everything in it.' }),
    toFolder: t.field({
      type: 'Path',
      required: true,
      description: 'Takes the copies, each with date and time in its name. It must exist. Older copies stay.',
    }),
  }),
})

/**
 * What administrators may put on a schedule of their own. A new one: its input here, and in `actionOf` the kind of job that
 * it becomes; the kind says `schedulable: true`.
 */
export const ActionInput = builder.inputType('ScheduleActionInput', {
  description: 'What a schedule does: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    databaseCheck: t.field({ type: DatabaseCheckAction, description: 'Checks that the database is sound.' }),
    copy: t.field({ type: CopyAction, description: 'Copies a file or a folder, in the name of who made the schedule.' }),
    verifyAudit: t.boolean({ description: '`true`: checks that every entry of the audit log is as it was written.' }),
  }),
})

/** The job that is meant. */
export function actionOf({ copy, databaseCheck, verifyAudit }: typeof ActionInput.$inferInput): Action {
  if (databaseCheck) return { kind: 'database_check', input: { thorough: databaseCheck.thorough ?? true } }
  if (copy) return { kind: 'dated_copy', input: { from: copy.from, toFolder: copy.toFolder } }
  if (verifyAudit) return { kind: 'audit_verify', input: {} }
  throw new InvalidInput('Say what is to be done.', 'action')
}
