import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { admin } from './harness/api.ts'
import { findBarriers } from './harness/axe.ts'
import { newUser, returnSignedOut, shared, test } from './harness/flow.ts'

/** A browser has passkeys for names alone, and without TLS for this machine's. */
const address = shared.address.replace('127.0.0.1', 'localhost')

/** An authenticator in Chromium itself, which answers by itself: what a finger would do. */
async function plugIn(page: Page, isUserVerified = true) {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  })
  return { session, authenticatorId }
}

async function typePassword(page: Page, username: string): Promise<void> {
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('a person adds a passkey, signs in with it alone, and as second factor; deleted it opens nothing', async ({ flow }) => {
  await newUser('mang')
  const watched = await flow.open({ address, path: '/sign-in?next=%2Fprofile%3Fsection%3Dpasskeys' })
  const { page } = watched
  const { session, authenticatorId } = await plugIn(page)
  await typePassword(page, 'mang')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a passkey' })
  await dialog.getByLabel('Name').fill('wing')
  expect(await findBarriers(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Never used').waitFor()
  const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }])

  // Without a name or a password.
  await returnSignedOut(page, '/sign-in?next=%2Fprofile%3Fsection%3Dpasskeys')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.waitForURL('**/profile?section=passkeys')
  await page.getByText('Last used').waitFor()

  // As second factor.
  await returnSignedOut(page, '/sign-in?next=%2Fprofile%3Fsection%3Dpasskeys')
  await typePassword(page, 'mang')
  await page.getByRole('button', { name: 'Use a passkey' }).click()
  await page.waitForURL('**/profile?section=passkeys')

  await page.getByRole('button', { name: 'Rename' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('left wing')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('left wing').waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('No passkey yet.').waitFor()
  await returnSignedOut(page, '/sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText('This passkey was not accepted').waitFor()
  expect(new URL(page.url()).pathname).toBe('/sign-in')
})

test('who holds the device but not the finger is not signed in by it, and a browser without passkeys is not offered any', async ({
  flow,
}) => {
  await newUser('rann')
  const { page } = await flow.open({ address, path: '/sign-in?next=%2Fprofile%3Fsection%3Dpasskeys' })
  const { session, authenticatorId } = await plugIn(page)
  await typePassword(page, 'rann')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('kite')
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Never used').waitFor()
  await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  await returnSignedOut(page, '/sign-in')
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
  await page.getByText(/cancelled, or none fits|not accepted/).waitFor()
  const { page: byAddress } = await flow.open({ address: shared.address, path: '/sign-in' })
  await byAddress.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  expect(await byAddress.getByRole('button', { name: /passkey/ }).count()).toBe(0)
})
