import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'

const day = (count: number) => new Date(Date.UTC(2026, 0, 1) + count * 86_400_000)

/** name, role, e-mail, day of creation, day of the last sign-in, disabled */
const people = [
  ['Zoe', 'USER', 'zoe@Example.org', 1, 9, false],
  ['anna', 'VIEWER', 'ANNA@example.ORG', 2, null, false],
  ['b_x', 'USER', null, 3, 5, true],
  ['bax', 'USER', 'percent%sign@example.org', 3, 5, false],
  ['carl', 'ADMIN', 'ÄRGER@example.org', 4, null, true],
  ['dora', 'VIEWER', 'd\\ora@example.org', 4, 1, false],
] as const

describe.each(await testedProviders())('the list of accounts on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await nas.database.user.update({ where: { usernameKey: 'ada' }, data: { createdAt: day(0), lastSignInAt: day(20) } })
    for (const [username, role, email, created, signedIn, disabled] of people) {
      await nas.database.user.create({
        data: {
          id: `id-${username.toLowerCase()}`,
          username,
          usernameKey: username.toLowerCase(),
          email,
          emailKey: email?.toLowerCase() ?? null,
          role,
          passwordHash: null,
          createdAt: day(created),
          lastSignInAt: signedIn === null ? null : day(signedIn),
          disabledAt: disabled ? day(30) : null,
        },
      })
    }
    await nas.database.group.create({
      data: { id: 'g1', name: 'Family', nameKey: 'family', createdAt: day(0), members: { create: { userId: 'id-zoe', addedAt: day(0) } } },
    })
  })
  afterAll(() => nas.close())

  const list = async (variables: Record<string, unknown>) => {
    const { data, errors } = await admin.graphql(
      `query ($first: Int, $after: String, $filter: UserFilter, $orderBy: UserOrder) {
        users(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
          totalCount nodes { username } pageInfo { hasNextPage endCursor } } }`,
      variables,
    )
    if (errors) return { code: errors[0]?.extensions.code, field: errors[0]?.extensions.field }
    return data.users
  }
  const namesOf = (users: { nodes: { username: string }[] }) => users.nodes.map(({ username }) => username)

  test.each([
    ['an', ['anna']],
    ['AN', ['anna']],
    ['ZOE@example', ['Zoe']],
    ['ärger', ['carl']],
    ['b_x', ['b_x']],
    ['%', ['bax']],
    ['_', ['b_x']],
    ['\\', ['dora']],
    [' an ', ['anna']],
    ['\'; DROP TABLE "User"; --', []],
    ['', ['ada', 'anna', 'b_x', 'bax', 'carl', 'dora', 'Zoe']],
  ])('%j finds %j', async (search, names) => {
    const users = await list({ filter: { search } })
    expect(namesOf(users)).toEqual(names)
    expect(users.totalCount).toBe(names.length)
  })

  test('what cannot be searched for is refused, not failed at', async () => {
    for (const search of ['a\u0000b', 'x'.repeat(300), '\ud800'])
      expect(await list({ filter: { search } })).toEqual({ code: 'INVALID_INPUT', field: 'search' })
  })

  test.each([
    [{ role: 'VIEWER' }, ['anna', 'dora']],
    [{ disabled: true }, ['b_x', 'carl']],
    [{ disabled: false, role: 'USER' }, ['bax', 'Zoe']],
    [{ groupId: 'g1' }, ['Zoe']],
    [{ groupId: 'nobody' }, []],
    [{ search: 'example', role: 'ADMIN' }, ['carl']],
  ])('the filter %j leaves %j', async (filter, names) => {
    expect(namesOf(await list({ filter }))).toEqual(names)
  })

  const orders = {
    USERNAME: ['ada', 'anna', 'b_x', 'bax', 'carl', 'dora', 'Zoe'],
    CREATED_AT: ['ada', 'Zoe', 'anna', 'b_x', 'bax', 'carl', 'dora'],
    LAST_SIGN_IN_AT: ['anna', 'carl', 'dora', 'b_x', 'bax', 'Zoe', 'ada'],
    ROLE: ['ada', 'carl', 'b_x', 'bax', 'Zoe', 'anna', 'dora'],
  }
  for (const [field, ascending] of Object.entries(orders)) {
    for (const direction of ['ASC', 'DESC'] as const) {
      test(`goes by ${field} ${direction}, page by page without gap or double`, async () => {
        for (const first of [1, 2, 3]) {
          const names: string[] = []
          let after: string | null = null
          do {
            const page = await list({ first, after, orderBy: { field, direction } })
            expect(page.totalCount).toBe(7)
            names.push(...namesOf(page))
            after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
          } while (after !== null)
          expect(names).toEqual(direction === 'ASC' ? ascending : [...ascending].reverse())
        }
      })
    }
  }

  test('a cursor stands where it stood when accounts before it come and go', async () => {
    const orderBy = { field: 'CREATED_AT', direction: 'DESC' }
    const first = await list({ first: 2, orderBy })
    expect(namesOf(first)).toEqual(['dora', 'carl'])
    const { id, ...row } = await nas.database.user.findUniqueOrThrow({ where: { usernameKey: 'carl' } })
    // The very account that the cursor was made of.
    await nas.database.user.delete({ where: { id } })
    const { deletion: _, ...plain } = row
    await nas.database.user.create({ data: { ...plain, id: 'id-new', username: 'new', usernameKey: 'new', createdAt: day(50) } })
    try {
      expect(namesOf(await list({ first: 2, after: first.pageInfo.endCursor, orderBy }))).toEqual(['bax', 'b_x'])
    } finally {
      await nas.database.user.delete({ where: { id: 'id-new' } })
      await nas.database.user.create({ data: { ...plain, id } })
    }
  })

  test('a cursor of another order, or made up, is refused', async () => {
    const { pageInfo } = await list({ first: 1, orderBy: { field: 'ROLE', direction: 'ASC' } })
    const made = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const wrong = [
      pageInfo.endCursor,
      made('USERNAME', 'ASC', null),
      made('USERNAME', 'ASC', null, 'a\u0000'),
      made('USERNAME', 'ASC', null, 5),
      '%%%',
      'x'.repeat(5_000),
    ]
    for (const after of wrong) expect(await list({ after }), after).toEqual({ code: 'INVALID_INPUT', field: 'after' })
    for (const value of [1e300, -1, 'x', null, { a: 1 }])
      expect(await list({ after: made('CREATED_AT', 'ASC', value, 'x'), orderBy: { field: 'CREATED_AT', direction: 'ASC' } })).toEqual({
        code: 'INVALID_INPUT',
        field: 'after',
      })
    for (const role of ["'; --", "ADMIN' OR '1'='1", null])
      expect(await list({ after: made('ROLE', 'ASC', role, 'x'), orderBy: { field: 'ROLE', direction: 'ASC' } })).toMatchObject({
        code: 'INVALID_INPUT',
      })
  })

  test('accounts are counted by role and state', async () => {
    const { data } = await admin.graphql('{ userCounts { total disabled admins users viewers } }')
    expect(data.userCounts).toEqual({ total: 7, disabled: 2, admins: 2, users: 3, viewers: 2 })
  })

  test('a search that finds more than can be narrowed to is ordered, counted and paged all the same', async () => {
    const rows = Array.from({ length: 620 }, (_, index) => {
      const username = `many-${String((index * 7) % 620).padStart(3, '0')}`
      return { id: `id-${username}`, username, usernameKey: username, role: 'USER' as const, passwordHash: null, createdAt: day(index % 9) }
    })
    await nas.database.user.createMany({ data: rows })
    try {
      const names: string[] = []
      let after: string | null = null
      do {
        const page = await list({ first: 250, after, filter: { search: 'MANY-', disabled: false } })
        expect(page.totalCount).toBe(620)
        names.push(...namesOf(page))
        after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
      } while (after !== null)
      expect(names).toEqual(rows.map(({ username }) => username).sort())
    } finally {
      await nas.database.user.deleteMany({ where: { username: { startsWith: 'many-' } } })
    }
  })
})
