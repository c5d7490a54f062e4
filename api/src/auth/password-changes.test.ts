import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, closed, talk } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { createId } from '../platform/identifier.ts'

const newPassword = 'nine tall violet kettles'
const changing = `mutation ($input: ChangePasswordInput!) { changePassword(input: $input) {
  __typename ... on Session { id isCurrent } ... on Problem { code field } } }`

describe.each(await testedProviders())('changing one’s own password on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    // Many changes from one address: the limit is tested elsewhere.
    for (const name of ['changePassword', 'signIn']) {
      const input = { name, capacity: 1_000, refillPerSecond: 10 }
      const { data, errors } = await admin.graphql('mutation ($input: UpdateLimitInput!) { updateLimit(input: $input) { __typename } }', {
        input,
      })
      expect([errors, data?.updateLimit.__typename]).toEqual([undefined, 'Limit'])
    }
  })
  afterAll(() => nas.close())

  let people = 0
  /** A new account with so many sessions. */
  const somebody = async (sessions: number) => {
    people += 1
    const username = `p${people}`
    await admin.createUser({ username, password: goodPassword })
    const clients = await Promise.all(Array.from({ length: sessions }, () => signIn(username, goodPassword)))
    return { username, clients: clients as [Client, ...Client[]] }
  }
  const signIn = async (username: string, password: string) => {
    const client = nas.client()
    await client.signIn(username, password)
    return client
  }
  const isIn = async (client: Client) => (await client.graphql('{ me { id } }')).data.me !== null
  const change = async (client: Client, input: { current?: string | null; new: string }) => {
    const { data, errors } = await client.graphql(changing, { input })
    return errors?.[0]?.extensions.code ?? data.changePassword
  }
  const copyOf = (client: Client) => {
    const copy = nas.client()
    copy.cookie = client.cookie
    return copy
  }
  const greeted = async (client: Client) => {
    const socket = client.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    expect(await next()).toEqual({ type: 'connection_ack' })
    return socket
  }

  test('ends all other sessions, and goes on with this one under another token and another id', async () => {
    const { clients, username } = await somebody(3)
    const [own, ...others] = clients
    const stolen = copyOf(own)
    const sockets = await Promise.all([own, ...others].map(greeted))
    const ends = sockets.map((socket) => closed(socket))
    const before = await nas.database.session.findMany({ where: { user: { username } }, select: { id: true } })
    const answer = await change(own, { current: goodPassword, new: newPassword })
    expect(answer).toEqual({ __typename: 'Session', id: expect.any(String), isCurrent: true })
    expect(before.map(({ id }) => id)).not.toContain(answer.id)
    expect(own.cookie).not.toBe(stolen.cookie)
    expect(await Promise.all([own, stolen, ...others].map(isIn))).toEqual([true, false, false, false])
    // Also the own one: whoever had the old cookie may have opened it.
    expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([4401, 4401, 4401])
    const again = await greeted(own)
    again.close()
    expect(await isIn(await signIn(username, goodPassword))).toBe(false)
    expect(await isIn(await signIn(username, newPassword))).toBe(true)
  })

  test('says what is wrong, and then nothing has changed', async () => {
    const { clients, username } = await somebody(2)
    const [own, other] = clients as [Client, Client]
    const row = () => nas.database.user.findFirstOrThrow({ where: { username } })
    const before = await row()
    expect(await change(own, { current: 'not the present one', new: newPassword })).toMatchObject({
      code: 'CURRENT_PASSWORD_WRONG',
      field: 'current',
    })
    expect(await change(own, { current: null, new: newPassword })).toMatchObject({ code: 'CURRENT_PASSWORD_WRONG' })
    expect(await change(own, { new: newPassword })).toMatchObject({ code: 'CURRENT_PASSWORD_WRONG' })
    for (const weak of ['short', 'password1234', `${username}12345678901`, goodPassword, 'x'.repeat(129)]) {
      expect(await change(own, { current: goodPassword, new: weak })).toMatchObject({ code: 'WEAK_PASSWORD', field: 'new' })
    }
    expect(await row()).toEqual(before)
    expect([await isIn(own), await isIn(other)]).toEqual([true, true])
  })

  test('who guesses the present password must wait, and whoever mistyped it a few times need not', async () => {
    const { clients } = await somebody(1)
    const [own] = clients
    const guess = async () => (await change(own, { current: 'not the present one', new: newPassword })).code
    const guesses = async (count: number) => {
      const codes: string[] = []
      while (codes.length < count) codes.push(await guess())
      return codes
    }
    expect(await guesses(4)).toEqual(Array(4).fill('CURRENT_PASSWORD_WRONG'))
    expect(await change(own, { current: goodPassword, new: newPassword })).toMatchObject({ __typename: 'Session' })
    expect(await guesses(6)).toEqual(Array(6).fill('CURRENT_PASSWORD_WRONG'))
    expect(await change(own, { current: newPassword, new: goodPassword })).toMatchObject({ code: 'RATE_LIMITED' })
  })

  test('an account without a password gets one by whoever has just confirmed who they are', async () => {
    const { clients, username } = await somebody(1)
    const [own] = clients
    await nas.database.user.updateMany({ where: { username }, data: { passwordHash: null } })
    await nas.database.session.updateMany({ where: { user: { username } }, data: { confirmedAt: new Date(Date.now() - 11 * 60_000) } })
    for (const current of [null, '', goodPassword]) {
      expect(await change(own, { current, new: newPassword })).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    }
    await nas.database.session.updateMany({ where: { user: { username } }, data: { confirmedAt: new Date() } })
    expect(await change(own, { current: null, new: newPassword })).toMatchObject({ __typename: 'Session' })
    expect(await isIn(await signIn(username, newPassword))).toBe(true)
  })

  test('what was begun with the old password does not outlive it', async () => {
    const { clients, username } = await somebody(1)
    const [own] = clients
    const { id: userId } = await nas.database.user.findFirstOrThrow({ where: { username } })
    const now = new Date()
    const common = { tokenHash: createId(), userId, createdAt: now, expiresAt: new Date(now.getTime() + 60_000) }
    await nas.database.challenge.create({ data: { ...common, id: createId(), purpose: 'signIn', data: {}, attempts: 0 } })
    await nas.database.rememberedBrowser.create({ data: { ...common, id: createId() } })
    expect(await change(own, { current: goodPassword, new: newPassword })).toMatchObject({ __typename: 'Session' })
    expect(await nas.database.challenge.count({ where: { userId } })).toBe(0)
    expect(await nas.database.rememberedBrowser.count({ where: { userId } })).toBe(0)
  })

  test('of two at once, one wins, and the other session has ended', async () => {
    const { clients, username } = await somebody(2)
    const [one, two] = clients as [Client, Client]
    const wishes = ['seven brass umbrellas here', 'eight copper lanterns there']
    const answers = await Promise.all(
      [one, two].map((client, index) => change(client, { current: goodPassword, new: wishes[index] as string })),
    )
    const won = answers.findIndex((answer) => answer.__typename === 'Session')
    expect(answers.filter((answer) => answer.__typename === 'Session')).toHaveLength(1)
    expect(await Promise.all([one, two].map(isIn))).toEqual([won === 0, won === 1])
    expect(await isIn(await signIn(username, wishes[won] as string))).toBe(true)
    expect(await isIn(await signIn(username, wishes[1 - won] as string))).toBe(false)
  })

  test('no sign-in with the old password survives that came at the same time', async () => {
    const { clients, username } = await somebody(1)
    const [own] = clients
    const attempts = Array.from({ length: 6 }, () => signIn(username, goodPassword))
    const answer = await change(own, { current: goodPassword, new: newPassword })
    expect(answer).toMatchObject({ __typename: 'Session' })
    const late = await Promise.all(attempts)
    expect(await Promise.all(late.map(isIn))).toEqual(late.map(() => false))
    expect(await nas.database.session.findMany({ where: { user: { username } }, select: { id: true } })).toEqual([{ id: answer.id }])
  })

  test('it is written down, with how many sessions it ended and without a password', async () => {
    const { clients, username } = await somebody(3)
    await change(clients[0], { current: 'something wrong here', new: newPassword })
    await change(clients[0], { current: goodPassword, new: newPassword })
    const entries = await nas.database.auditEntry.findMany({
      where: { action: 'auth.changePassword', actorName: username },
      orderBy: { sequence: 'asc' },
    })
    expect(entries.map(({ result, details }) => [result, details])).toEqual([
      ['CURRENT_PASSWORD_WRONG', null],
      ['ok', { endedSessions: 2 }],
    ])
    for (const text of [JSON.stringify(await nas.database.auditEntry.findMany({ omit: { sequence: true } })), nas.logged.join('')]) {
      for (const secret of [goodPassword, newPassword, 'something wrong here']) expect(text).not.toContain(secret)
    }
  })
})
