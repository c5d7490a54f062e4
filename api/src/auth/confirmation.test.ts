import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { whileBusy } from '../../test/busy.ts'
import { type Client, talk } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders, turnableClock } from '../../test/nas.ts'
import { attempt, signedInName } from '../../test/two-factor.ts'

const confirmation = `mutation ($input: ConfirmIdentityInput!) { confirmIdentity(input: $input) {
  ... on IdentityConfirmed { at } ... on Problem { code field } } }`

describe.each(await testedProviders())('confirming who is there on %s', (provider) => {
  const clock = turnableClock()
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
    // What all confirmations together may ask is tested elsewhere; the delay of the account is what counts here.
    for (const name of ['confirmIdentity', 'changePassword'])
      await attempt(admin, `updateLimit(input: { name: "${name}", capacity: 1000, refillPerSecond: 10 })`)
  })
  afterAll(() => nas.close())

  const confirm = async (client: Client, input: object) => {
    const { data, errors } = await client.graphql(confirmation, { input })
    return errors?.[0]?.extensions.code ?? data.confirmIdentity
  }
  const changed = async (client: Client, current: string) =>
    (await attempt(client, `changePassword(input: { current: "${current}", new: "nine tall violet kettles" })`)).code
  const longAgo = new Date(0)
  const forget = () => nas.database.session.updateMany({ data: { confirmedAt: longAgo } })
  const confirmedAt = async () => (await nas.database.session.findFirstOrThrow()).confirmedAt.getTime()

  test('the right password counts, and is noted in the session', async () => {
    await forget()
    expect(await confirm(admin, { password: goodPassword })).toEqual({ at: expect.any(String) })
    expect(Date.now() - (await confirmedAt())).toBeLessThan(60_000)
  })

  test('the session goes on under another token, with what it has open; who has the old one is nobody', async () => {
    const thief = nas.client()
    thief.cookie = admin.cookie
    const { id } = await nas.database.session.findFirstOrThrow()
    const socket = admin.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    expect(await next()).toEqual({ type: 'connection_ack' })
    await confirm(admin, { password: goodPassword })
    expect([await signedInName(admin), await signedInName(thief)]).toEqual([adminName, null])
    expect(await nas.database.session.findFirstOrThrow()).toMatchObject({ id })
    // It was opened with the old one, and may no more than before: here it would bring no cookie.
    const query = `mutation { confirmIdentity(input: { password: "${goodPassword}" }) { __typename ... on Problem { code } } }`
    send({ type: 'subscribe', id: '1', payload: { query } })
    const refused = { __typename: 'Unavailable', code: 'UNAVAILABLE' }
    expect(await next()).toEqual({ type: 'next', id: '1', payload: { data: { confirmIdentity: refused } } })
    expect(await signedInName(admin)).toBe(adminName)
    socket.close()
  })

  test('a wrong one and none do not', async () => {
    await forget()
    expect(await confirm(admin, { password: `${goodPassword}!` })).toEqual({ code: 'CONFIRMATION_FAILED', field: 'password' })
    expect(await confirm(admin, {})).toEqual({ code: 'INVALID_INPUT', field: 'password' })
    expect(await confirmedAt()).toBe(0)
  })

  test('it is written down, without what was typed', async () => {
    await confirm(admin, { password: 'something else entirely' })
    await confirm(admin, { password: goodPassword })
    const entries = await nas.database.auditEntry.findMany({ where: { action: 'auth.confirmIdentity' }, orderBy: { sequence: 'asc' } })
    expect(entries.slice(-2).map(({ result }) => result)).toEqual(['CONFIRMATION_FAILED', 'ok'])
    expect(JSON.stringify(entries)).not.toMatch(/something else entirely|correct horse/)
  })

  test('a stranger is nobody to confirm', async () => {
    expect(await confirm(nas.client(), { password: goodPassword })).toBe('UNAUTHENTICATED')
  })

  test('whoever mistypes a few times gets in with the right one; who goes on guessing must wait', async () => {
    await confirm(admin, { password: goodPassword })
    for (let round = 0; round < 3; round++) {
      for (let wrong = 0; wrong < 5; wrong++)
        expect((await confirm(admin, { password: `guess ${wrong}` })).code).toBe('CONFIRMATION_FAILED')
      expect(await confirm(admin, { password: goodPassword })).toEqual({ at: expect.any(String) })
    }
    for (let wrong = 0; wrong < 6; wrong++) expect((await confirm(admin, { password: `guess ${wrong}` })).code).toBe('CONFIRMATION_FAILED')
    // After the sixth also the right one, in whatever session and at whichever of the two doors.
    const other = nas.client()
    await other.signIn(adminName, goodPassword)
    expect((await confirm(admin, { password: goodPassword })).code).toBe('RATE_LIMITED')
    expect((await confirm(other, { password: goodPassword })).code).toBe('RATE_LIMITED')
    expect(await changed(other, goodPassword)).toBe('RATE_LIMITED')
    clock.turn(1_000)
    expect((await confirm(admin, { password: 'guess 7' })).code).toBe('CONFIRMATION_FAILED')
    clock.turn(1_000)
    expect((await confirm(admin, { password: goodPassword })).code).toBe('RATE_LIMITED')
    clock.turn(1_000)
    expect(await confirm(admin, { password: goodPassword })).toEqual({ at: expect.any(String) })
    expect(await changed(other, 'not the present one')).toBe('CURRENT_PASSWORD_WRONG')
  })

  test('a password that nobody looked at is no wrong one', async () => {
    await confirm(admin, { password: goodPassword })
    await whileBusy('127.0.0.1', async () => {
      for (let index = 0; index < 8; index++) expect(await confirm(admin, { password: goodPassword })).toBe('SERVER_BUSY')
    })
    for (let wrong = 0; wrong < 5; wrong++) expect((await confirm(admin, { password: `guess ${wrong}` })).code).toBe('CONFIRMATION_FAILED')
    expect(await confirm(admin, { password: goodPassword })).toEqual({ at: expect.any(String) })
  })
})
