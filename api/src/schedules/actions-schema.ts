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

/**
 * What administrators may put on a schedule of their own. A new one: its input here, and in `actionOf` the kind of job that
 * it becomes; the kind says `schedulable: true`.
 */
export const ActionInput = builder.inputType('ScheduleActionInput', {
  description: 'What a schedule does: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    databaseCheck: t.field({ type: DatabaseCheckAction, description: 'Checks that the database is sound.' }),
    verifyAudit: t.boolean({ description: '`true`: checks that every entry of the audit log is as it was written.' }),
  }),
})

/** The job that is meant. */
export function actionOf({ databaseCheck, verifyAudit }: typeof ActionInput.$inferInput): Action {
  if (databaseCheck) return { kind: 'database_check', input: { thorough: databaseCheck.thorough ?? true } }
  if (verifyAudit) return { kind: 'audit_verify', input: {} }
  throw new InvalidInput('Say what is to be done.', 'action')
}
