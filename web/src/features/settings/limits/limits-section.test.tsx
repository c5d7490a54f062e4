import { screen, waitFor, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { answers, failsWith } from '../../../../test/answer'
import { renderApp } from '../../../../test/render-app'
import { graph, server } from '../../../../test/server'
import { isConfirmationAsked, settleConfirmation } from '../../auth/confirmation-request'
import { ResetLimitDocument, UpdateLimitDocument } from './limit-form'
import type { LimitRow } from './limit-table'
import { LimitsDocument, LimitsSection } from './limits-section'
import { parseNumber, shownRefill, storedRefill, unitOf } from './refill-unit'

const rate = (capacity: number, refillPerSecond: number) => ({ __typename: 'LimitRate' as const, capacity, refillPerSecond })
const limit = (name: string, more: Partial<Omit<LimitRow, ' $fragmentName'>> = {}) => ({
  __typename: 'Limit' as const,
  id: name,
  name,
  kind: 'RATE' as const,
  countedBy: 'ADDRESS' as const,
  adjusted: false,
  deniedLastHour: 0,
  rate: rate(30, 10 / 60),
  preset: rate(30, 10 / 60),
  least: rate(5, 1 / 60),
  most: rate(10_000, 100),
  ...more,
})
const query = limit('query', {
  countedBy: 'ACCOUNT',
  rate: rate(20_000, 1_000),
  preset: rate(20_000, 1_000),
  least: rate(500, 50),
  most: rate(1_000_000, 100_000),
})
const places = limit('liveConnections', {
  kind: 'AT_ONCE',
  countedBy: 'BOTH',
  rate: rate(1_000, 0),
  preset: rate(1_000, 0),
  least: rate(20, 0),
  most: rate(100_000, 0),
})

/** What the page sends with the next mutation of this name. */
function sent(name: string): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    server.use(graph.mutation(name, ({ variables }) => void resolve(variables)))
  })
}

test('says each limit in words, how often it refused, and which were changed', async () => {
  server.use(
    answers(LimitsDocument, { limits: [limit('signIn', { deniedLastHour: 1_234, adjusted: true }), query, places, limit('somethingNew')] }),
  )
  renderApp(<LimitsSection />)
  const signIn = within(await screen.findByRole('row', { name: /Wrong sign-ins/ }))
  expect(signIn.getAllByText('30 at once, then 10 a minute').length).toBeGreaterThan(0)
  expect(signIn.getByText('1,234')).toBeTruthy()
  expect(signIn.getByText('Changed')).toBeTruthy()
  expect(screen.getAllByText('20,000 at once, then 1,000 a second').length).toBeGreaterThan(0)
  expect(screen.getAllByText('1,000 at the same time').length).toBeGreaterThan(0)
  // A limit of a newer server has no words here, and is shown all the same.
  expect(screen.getByText('somethingNew')).toBeTruthy()
})

test('a change is sent in the unit of the server and shown when it holds', async () => {
  const user = userEvent.setup()
  server.use(
    answers(LimitsDocument, { limits: [limit('signIn')] }),
    answers(UpdateLimitDocument, { updateLimit: limit('signIn', { adjusted: true, rate: rate(50, 0.5) }) }),
  )
  renderApp(<LimitsSection />)
  await user.click(await screen.findByRole('button', { name: 'Change: Wrong sign-ins' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Wrong sign-ins' }))
  const [capacity, refill] = [await dialog.findByLabelText('At once'), dialog.getByLabelText('Then each minute')]
  expect([(capacity as HTMLInputElement).value, (refill as HTMLInputElement).value]).toEqual(['30', '10'])
  expect(dialog.queryByRole('button', { name: 'Back to what it was at first' })).toBeNull()

  await user.clear(capacity)
  await user.type(capacity, '3')
  await user.clear(refill)
  await user.type(refill, 'many')
  await user.click(dialog.getByRole('button', { name: 'Save' }))
  expect(await dialog.findByText('Between 5 and 10,000.')).toBeTruthy()
  expect(dialog.getByText('A number is needed here.')).toBeTruthy()

  await user.clear(capacity)
  await user.type(capacity, '50')
  await user.clear(refill)
  await user.type(refill, '30,0')
  await user.click(dialog.getByRole('button', { name: 'Save' }))
  expect((await screen.findAllByText('50 at once, then 30 a minute')).length).toBeGreaterThan(0)
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('what is sent is seconds', async () => {
  const user = userEvent.setup()
  server.use(answers(LimitsDocument, { limits: [limit('signIn'), places] }))
  const update = sent('UpdateLimit')
  renderApp(<LimitsSection />)
  await user.click(await screen.findByRole('button', { name: 'Change: Wrong sign-ins' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Wrong sign-ins' }))
  const refill = await dialog.findByLabelText('Then each minute')
  await user.clear(refill)
  await user.type(refill, '30')
  await user.click(dialog.getByRole('button', { name: 'Save' }))
  expect(await update).toEqual({ input: { name: 'signIn', capacity: 30, refillPerSecond: 0.5 } })
})

test('a number of things at once has no refill, and a changed limit goes back', async () => {
  const user = userEvent.setup()
  server.use(
    answers(LimitsDocument, { limits: [{ ...places, adjusted: true, rate: rate(500, 0) }] }),
    answers(ResetLimitDocument, { resetLimit: places }),
  )
  renderApp(<LimitsSection />)
  await user.click(await screen.findByRole('button', { name: 'Change: Live connections' }))
  const dialog = within(await screen.findByRole('dialog', { name: 'Live connections' }))
  expect(((await dialog.findByLabelText('At the same time')) as HTMLInputElement).value).toBe('500')
  expect(dialog.queryByLabelText('Then each second')).toBeNull()
  await user.click(dialog.getByRole('button', { name: 'Back to what it was at first' }))
  expect((await screen.findAllByText('1,000 at the same time')).length).toBeGreaterThan(0)
  expect(screen.queryByText('Changed')).toBeNull()
})

test("what the server refuses is said in the form, in the server's words where it names what is wrong", async () => {
  const user = userEvent.setup()
  server.use(
    answers(LimitsDocument, { limits: [limit('signIn')] }),
    answers(UpdateLimitDocument, {
      updateLimit: { __typename: 'InvalidInput', code: 'INVALID_INPUT', field: 'limits.signIn', message: 'The capacity is at least 7.' },
    }),
  )
  renderApp(<LimitsSection />)
  await user.click(await screen.findByRole('button', { name: 'Change: Wrong sign-ins' }))
  await user.click(await screen.findByRole('button', { name: 'Save' }))
  expect(await screen.findByText('The capacity is at least 7.')).toBeTruthy()
})

test('asks who is there when the server wants to know, and goes on', async () => {
  const user = userEvent.setup()
  server.use(
    answers(LimitsDocument, { limits: [limit('signIn')] }),
    answers(
      UpdateLimitDocument,
      { updateLimit: { __typename: 'ConfirmationRequired', code: 'CONFIRMATION_REQUIRED', field: null, message: 'server words' } },
      { updateLimit: limit('signIn', { adjusted: true, rate: rate(50, 0.5) }) },
    ),
  )
  renderApp(<LimitsSection />)
  await user.click(await screen.findByRole('button', { name: 'Change: Wrong sign-ins' }))
  await user.click(await screen.findByRole('button', { name: 'Save' }))
  await waitFor(() => expect(isConfirmationAsked()).toBe(true))
  settleConfirmation(true)
  expect((await screen.findAllByText('50 at once, then 30 a minute')).length).toBeGreaterThan(0)
})

test('who may not see it is told so', async () => {
  server.use(failsWith(LimitsDocument, 'FORBIDDEN'))
  renderApp(<LimitsSection />)
  expect(await screen.findByText('Not for your account')).toBeTruthy()
})

test('numbers come and go without being bent', () => {
  expect([unitOf({ refillPerSecond: 1 }), unitOf({ refillPerSecond: 1 / 6 })]).toEqual(['second', 'minute'])
  for (const shown of [0.2, 1, 5, 10, 29, 30, 59]) expect(shownRefill(storedRefill(shown, 'minute'), 'minute')).toBe(shown)
  expect(storedRefill(1, 'minute')).toBe(1 / 60)
  expect(['1,5', ' 2 ', '3.25', '', '-1', '1e9', '1.2.3', 'x'].map(parseNumber)).toEqual([1.5, 2, 3.25, NaN, NaN, NaN, NaN, NaN])
})
