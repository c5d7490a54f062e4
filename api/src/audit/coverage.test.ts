import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { rootFields } from '../../test/field-walk.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { accessRules } from '../graphql/access.ts'
import { nasSchema } from '../graphql/schema.nas.ts'

describe('what is refused', () => {
  let nas: TestNas
  let ben: Client
  beforeAll(async () => {
    const started = await startNasWithAdmin()
    nas = started.nas
    await started.admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
  })
  afterAll(() => nas.close())

  const rules = accessRules(nasSchema)
  const adminMutations = rootFields(nasSchema).filter(({ kind, name }) => {
    const rule = rules.get(`Mutation.${name}`)
    return kind === 'mutation' && rule && rule.who !== 'anyone' && rule.role === 'ADMIN'
  })

  test.each(adminMutations.map((field) => [field.name, field] as const))(
    '%s by somebody who may not is written down',
    async (_name, field) => {
      const before = await nas.database.auditEntry.count()
      const document = field.document.replace('__typename', '__typename ... on Problem { code }')
      const { data, errors } = await ben.graphql(document)
      expect(errors?.[0]?.extensions.code ?? data[field.name].code).toBe('FORBIDDEN')
      await expect.poll(() => nas.database.auditEntry.count()).toBe(before + 1)
      const entry = await nas.database.auditEntry.findFirstOrThrow({ orderBy: { sequence: 'desc' } })
      expect(entry).toMatchObject({ actorName: 'ben', result: 'FORBIDDEN', address: '127.0.0.1' })
    },
  )
})
