import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { newUser, shared, test, until } from './harness/flow.ts'

const stored = new Set(
  Object.keys(
    JSON.parse(readFileSync(fileURLToPath(new URL('../out/operations.json', import.meta.url)), 'utf8')) as Record<string, string>,
  ),
)
/** What a document is known by, wherever it stands in a body or a frame. */
const text = /\b(query|mutation|subscription|fragment)\s+\w+\s*[({]|__typename|"query":"[^"]/

test('the dashboard sends hashes: no request and no frame of a socket holds the text of a document', async ({ flow }) => {
  const user = await newUser('kotick', 'ADMIN')
  const watched = await flow.open({ address: shared.address, path: '/sign-in' })
  const { page } = watched
  const frames: string[] = []
  page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(String(payload))))
  await page.getByLabel('Name').fill('kotick')
  await page.getByLabel('Password', { exact: true }).fill('honey from the old tree')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('Live', { exact: true }).waitFor()
  for (const path of ['/browse?path=/kotick', '/storage', '/people', '/settings', '/profile', '/']) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  await page.goto('/browse?path=/kotick')
  await page.getByRole('button', { name: 'New folder' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('stored')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'stored', exact: true }).waitFor()
  await until(
    () => frames.filter((frame) => frame.includes('"type":"subscribe"')).length,
    (count) => count > 2,
  )

  expect(watched.operations.length).toBeGreaterThan(8)
  for (const sent of [...watched.operations, ...frames]) expect(sent).not.toMatch(text)
  for (const sent of [...watched.operations, ...frames.filter((frame) => frame.includes('"type":"subscribe"'))]) {
    const hash = /"sha256Hash":"([0-9a-f]{64})"/.exec(sent)?.[1] ?? ''
    expect(stored.has(hash), sent).toBe(true)
  }
  await user.deleteFile('/kotick/stored')
})

test('a page from before an update is loaded again once, and goes on', async ({ flow }) => {
  const user = await newUser('matkah')
  const watched = await flow.open({ address: shared.address, as: user })
  const { page } = watched
  await page.getByText('Live', { exact: true }).waitFor()
  let loads = 0
  let old = true
  page.on('request', (request) => {
    if (!request.isNavigationRequest()) return
    loads += 1
    // What comes with the load is of the server's own build again.
    old = false
  })
  await page.route('**/graphql', async (route) => {
    const body = route.request().postData()
    await route.continue(old && body ? { postData: body.replace(/"sha256Hash":"[0-9a-f]{64}"/, `"sha256Hash":"${'0'.repeat(64)}"`) } : {})
  })
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Files' }).click()
  await page.getByRole('link', { name: 'matkah', exact: true }).waitFor()
  expect(loads).toBe(1)
  expect(new URL(page.url()).pathname).toBe('/browse')
})

test('when loading it again does not help, it says so and stays', async ({ flow }) => {
  const user = await newUser('tha')
  const watched = await flow.open({ address: shared.address, as: user, path: '/browse?path=/tha' })
  const { page } = watched
  await page.getByText('Nothing here yet').waitFor()
  let loads = 0
  // Not the event `load`: what is waited for below may be there before the last picture is.
  page.on('request', (request) => {
    if (request.isNavigationRequest()) loads += 1
  })
  await page.route('**/graphql', async (route) => {
    const body = route.request().postData()
    await route.continue(body ? { postData: body.replace(/"sha256Hash":"[0-9a-f]{64}"/, `"sha256Hash":"${'0'.repeat(64)}"`) } : {})
  })
  await page.reload()
  await page.getByText('This page is older than the server').waitFor()
  // The one that the test made, and the one that the page made.
  expect(loads).toBe(2)
})
