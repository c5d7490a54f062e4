import { needs } from '../graphql/access.ts'
import { builder } from '../graphql/builder.ts'
import type { ServerInfo } from './service.ts'

const ServerType = builder.objectRef<ServerInfo>('Server').implement({
  description: 'What this server is and runs on.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Of BaluHost, as semantic versioning has it.' }),
    hostname: t.exposeString('hostname'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    simulated: t.exposeBoolean('simulated', {
      description: 'True when disks and arrays are pretend: every page of the dashboard says so.',
    }),
  }),
})

builder.queryField('server', (t) =>
  t.field({
    ...needs('account:read'),
    type: ServerType,
    description: 'The server that answers.',
    resolve: (_root, _args, { actor, services }) => services.server.read(actor),
  }),
)
