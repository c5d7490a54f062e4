import { expect } from 'vitest'
import { admin } from './harness/api.ts'
import { newUser, shared, test, until } from './harness/flow.ts'

test('the playground asks and watches, for whoever is signed in', async ({ flow }) => {
  await newUser('nagaina')
  const { page } = await flow.open({ address: shared.address, path: '/graphql' })
  await page.waitForURL('**/sign-in?next=/graphql')
  await page.getByLabel('Name').fill('nagaina')
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${shared.address}/graphql`)

  const editor = page.locator('.graphiql-editor').first()
  const answer = page.locator('.graphiql-response')
  const write = async (text: string) => {
    await editor.locator('.view-lines').click()
    await page.keyboard.press('Control+a')
    await page.keyboard.insertText(text)
    // The editor closes by itself what is opened; here everything is closed already.
    await page.keyboard.press('Control+Shift+End')
    await page.keyboard.press('Delete')
  }
  const shown = async () => (await answer.locator('.view-lines').textContent())?.replaceAll('\u00a0', ' ') ?? ''
  await write('{ me { username } }')
  await page.getByRole('button', { name: /execute query/i }).click()
  await until(shown, (text) => text.includes('nagaina'))

  await write('subscription { telemetryChanged { at cpuPercent } }')
  await page.getByRole('button', { name: /execute query/i }).click()
  const first = await until(shown, (text) => text.includes('cpuPercent'))
  await until(shown, (text) => text !== first)
  expect(await page.title()).toContain('BaluHost')
})
