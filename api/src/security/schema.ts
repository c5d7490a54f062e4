import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import type { Finding } from './model.ts'
import type { SecurityOverview } from './service.ts'

const SeverityType = builder.enumType('Severity', {
  description: 'How much a weakness matters.',
  values: {
    CRITICAL: { description: 'Act now.' },
    WARNING: { description: 'A door is weaker than it needs to be.' },
    INFO: { description: 'Worth knowing; it may be as it should.' },
  } as const,
})

const FindingType = builder.objectRef<Finding>('SecurityFinding').implement({
  description: 'A weakness of the server as it is set up and used now.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Stable, such as ADMIN_WITHOUT_SECOND_FACTOR.' }),
    severity: t.expose('severity', { type: SeverityType }),
    count: t.exposeInt('count', { description: 'How many things it is about.' }),
    subjects: t.field({ type: ['String'], description: 'Some of them by name, five at most.', resolve: ({ subjects }) => [...subjects] }),
    since: t.expose('since', { type: 'DateTime', nullable: true, description: 'For how long, as far as that is known.' }),
  }),
})

const SecurityOverviewType = builder.objectRef<SecurityOverview>('SecurityOverview').implement({
  description: 'What is weak, out of what each part of the server knows about itself.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime' }),
    findings: t.field({ type: [FindingType], description: 'The worst first.', resolve: ({ findings }) => [...findings] }),
    unavailable: t.field({
      type: ['String'],
      description: 'Names of the parts that could not be looked at.',
      resolve: ({ unavailable }) => [...unavailable],
    }),
  }),
})

builder.queryField('securityOverview', (t) =>
  t.field({
    ...needs('audit:read', 'ADMIN'),
    type: SecurityOverviewType,
    description: 'What is weak about this server now. Administrators only.',
    resolve: (_root, _args, { actor, secure, services }) => services.security.overview(actor, { secure }),
  }),
)
