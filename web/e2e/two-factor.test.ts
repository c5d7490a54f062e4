import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { Api, admin } from './harness/api.ts'
import { codeOf } from './harness/authenticator-app.ts'
import { findBarriers } from './harness/axe.ts'
import { newUser, returnSignedOut, shared, test } from './harness/flow.ts'

async function typePassword(page: Page, username: string): Promise<void> {
  await page.getByLabel('Name').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

const secretIn = async (place: Locator) => ((await place.locator('code').textContent()) ?? '').replaceAll(/\s/g, '')

test('a person sets up an authenticator app, and signs in with its code, with a recovery code, and on a trusted browser without', async ({
  flow,
}) => {
  const user = await newUser('chuchundra')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/profile?section=two-factor' })
  await page.getByRole('button', { name: 'Set up' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' })
  await dialog.getByRole('img', { name: /QR code/ }).waitFor()
  const secret = await secretIn(dialog)
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(await findBarriers(page)).toEqual([])
  await dialog.getByLabel('Code that the app shows now').fill('000000')
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByText('This code is not right').waitFor()
  await dialog.getByLabel('Code that the app shows now').fill(codeOf(secret, -1))
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByText('They are shown once.').waitFor()
  const codes = await dialog.getByRole('listitem').allTextContents()
  expect(new Set(codes).size).toBe(10)
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toBe('baluhost-recovery-codes.txt')
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 codes are left').waitFor()

  const theirs = (await flow.open({ address: shared.address, path: '/sign-in?next=%2Fbrowse' })).page
  await typePassword(theirs, 'chuchundra')
  const code = theirs.getByRole('textbox', { name: 'Code' })
  await code.waitFor()
  expect(await findBarriers(theirs)).toEqual([])
  await code.fill('000000')
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  await theirs.getByText('This code is not right').waitFor()
  // As somebody copies it out of an app that shows it in two groups.
  const right = codeOf(secret)
  await code.fill(`${right.slice(0, 3)} ${right.slice(3)}`)
  await theirs.getByLabel('Ask this browser for no code for 30 days').check()
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  await theirs.waitForURL('**/browse')

  // The browser is trusted now: after signing out the password is enough, until it is forgotten elsewhere.
  await returnSignedOut(theirs, '/sign-in?next=%2Fbrowse')
  await typePassword(theirs, 'chuchundra')
  await theirs.waitForURL('**/browse')
  await page.reload()
  await page.getByRole('button', { name: 'Forget', exact: true }).click()
  await page.getByText('No browser is trusted').waitFor()
  await returnSignedOut(theirs, '/sign-in?next=%2Fbrowse')
  await typePassword(theirs, 'chuchundra')
  await theirs.getByRole('button', { name: 'Use a recovery code' }).click()
  await theirs.getByRole('textbox', { name: 'Recovery code' }).fill((codes[0] ?? '').toUpperCase())
  await theirs.getByRole('button', { name: 'Sign in', exact: true }).click()
  await theirs.waitForURL('**/browse')
  await page.reload()
  await page.getByText('9 codes are left').waitFor()

  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
  await page.getByText('The authenticator app is off.').waitFor()
  // What was signed in with the second factor does not outlive it.
  await theirs.waitForURL('**/sign-in?**')
})

test('who lost the second factor is helped by an administrator, and signs in with the password alone', async ({ flow }) => {
  const user = await newUser('rikki')
  const { page } = await flow.open({ address: shared.address, as: user, path: '/profile?section=two-factor' })
  await page.getByRole('button', { name: 'Set up' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set up an authenticator app' })
  await dialog.getByLabel('Code that the app shows now').fill(codeOf(await secretIn(dialog)))
  await dialog.getByRole('button', { name: 'Confirm' }).click()
  await dialog.getByRole('button', { name: 'I have kept them' }).click()

  const admins = (await flow.open({ address: shared.address, as: shared.admin, path: '/people?q=rikki' })).page
  await admins.getByRole('row').filter({ hasText: 'rikki' }).getByRole('link').click()
  await admins.getByText('Set up', { exact: true }).waitFor()
  await admins.getByRole('button', { name: 'Reset two factors …' }).click()
  const question = admins.getByRole('dialog', { name: 'Reset the two factors of rikki?' })
  await question.getByText(/passkeys and recovery codes of rikki are gone/).waitFor()
  expect(await findBarriers(admins)).toEqual([])
  await question.getByRole('button', { name: 'Reset two factors' }).click()
  await admins.getByText('rikki signs in with the password alone now.').waitFor()
  await admins.getByText('Not set up', { exact: true }).waitFor()
  expect(await admins.getByRole('button', { name: 'Reset two factors …' }).count()).toBe(0)

  await page.waitForURL('**/sign-in?**')
  await typePassword(page, 'rikki')
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
})

test('who must have a second factor is led to set one up, and then comes to where they wanted to go', async ({ flow }) => {
  const server = await flow.server()
  const api = await Api.setUp(server)
  const watched = await flow.open({ address: server.address, as: api, path: '/settings?section=sign-in' })
  const { page } = watched
  await page.getByRole('checkbox', { name: 'Administrator' }).check()
  // The page has a live connection, which ends with the right to it.
  watched.allow(/401|403|WebSocket/)
  await page.getByRole('button', { name: 'Save' }).first().click()
  await page.waitForURL('**/enrol?**')
  await page.getByRole('heading', { name: 'Set up a second factor' }).waitFor()
  await page.getByRole('button', { name: 'Authenticator app' }).waitFor()
  expect(await findBarriers(page)).toEqual([])
  await page.goto('/browse')
  await page.waitForURL('**/enrol?next=%2Fbrowse')
  await page.getByRole('button', { name: 'Authenticator app' }).click()
  await page.getByRole('img', { name: /QR code/ }).waitFor()
  await page.getByLabel('Code that the app shows now').fill(codeOf(await secretIn(page.getByRole('main'))))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.waitForURL('**/browse')
  await page.getByRole('link', { name: 'Shared', exact: true }).waitFor()
})
