import { ConfirmationRequired } from '../auth/errors.ts'
import { access, needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import { Forbidden, InvalidInput } from '../platform/errors.ts'

const AuditRetentionType = builder.objectRef<{ readonly days: number }>('AuditRetention').implement({
  description: 'How long the entries of the audit log are kept.',
  fields: (t) => ({
    days: t.exposeInt('days', { description: 'Older entries are removed once a day; 0 keeps all for ever.' }),
  }),
})

const UpdateAuditRetentionInput = builder.inputType('UpdateAuditRetentionInput', {
  fields: (t) => ({
    days: t.int({ required: true, description: '30 to 36500, or 0 for ever.' }),
  }),
})

builder.queryField('auditRetention', (t) =>
  t.field({
    ...needs('settings:manage', 'ADMIN'),
    type: AuditRetentionType,
    description: 'How long the entries of the audit log are kept.',
    resolve: async (_root, _args, { actor, services }) => ({ days: await services.auditRetention.read(actor) }),
  }),
)

builder.mutationField('updateAuditRetention', (t) =>
  t.field({
    ...access({ who: 'session', role: 'ADMIN' }),
    type: AuditRetentionType,
    description:
      'Changes how long the entries of the audit log are kept; what is older goes with the next daily look. Asks for a recent confirmation.',
    errors: { types: [ConfirmationRequired, InvalidInput, Forbidden] },
    args: { input: t.arg({ type: UpdateAuditRetentionInput, required: true }) },
    resolve: async (_root, { input }, { actor, services }) => ({ days: await services.auditRetention.change(actor, input.days) }),
  }),
)
