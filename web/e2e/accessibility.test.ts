import { mkdirSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { beforeAll, expect } from 'vitest'
import { findBarriers } from './harness/axe.ts'
import { shared, test, until } from './harness/flow.ts'
import { makePng } from './harness/media.ts'

const folder = '/demo/Barriers'
const long = `a name that is much longer than any column of the list could ever hold ${'and goes on '.repeat(8)}.txt`

beforeAll(async () => {
  if (!shared.address) return
  const disk = `${shared.storageDir}${folder}`
  mkdirSync(`${disk}/Below`, { recursive: true })
  mkdirSync(`${disk}/Empty`)
  writeFileSync(`${disk}/${long}`, 'words')
  writeFileSync(`${disk}/picture.png`, makePng(64))
  mkdirSync(`${disk}/Trashed`)
  writeFileSync(`${disk}/Trashed/${long}`, 'words')
  for (const path of [`${folder}/Trashed/${long}`, `${folder}/Trashed`]) await shared.admin.moveToTrash(path)
})

const row = (page: Page, name: string) => page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })

/** Every page and dialog that a person meets, in an order that leads from one to the next. */
const stations: readonly { name: string; go: (page: Page) => Promise<unknown> }[] = [
  {
    name: 'overview',
    go: async (page) => [
      await page.goto('/'),
      await page.getByRole('slider').nth(3).waitFor(),
      await page.getByText('Space', { exact: true }).waitFor(),
    ],
  },
  {
    name: 'palette',
    go: async (page) => [await page.keyboard.press('Control+k'), await page.getByRole('dialog').getByRole('option').first().waitFor()],
  },
  {
    name: 'appearance menu',
    go: async (page) => [
      await page.keyboard.press('Escape'),
      await page.getByRole('button', { name: 'Appearance' }).click(),
      await page.getByRole('menuitemradio').first().waitFor(),
    ],
  },
  { name: 'storage', go: async (page) => [await page.goto('/storage'), await page.getByRole('region', { name: 'md0' }).waitFor()] },
  {
    name: 'jobs',
    go: async (page) => [await page.goto('/jobs'), await page.getByRole('grid').or(page.getByText('Nothing has been done yet')).waitFor()],
  },
  {
    name: 'schedules',
    go: async (page) => [
      await page.goto('/jobs/schedules'),
      await page.getByRole('row').filter({ hasText: 'Check the database' }).waitFor(),
      await page.getByRole('group', { name: /^Timeline/ }).waitFor(),
    ],
  },
  {
    name: 'a schedule',
    go: async (page) => [await page.goto('/jobs/schedule?name=database_check'), await page.getByText('Next times').waitFor()],
  },
  { name: 'people', go: async (page) => [await page.goto('/people'), await page.getByRole('cell', { name: /anna/ }).first().waitFor()] },
  {
    name: 'add a person, with an error',
    go: async (page) => [
      await page.getByRole('button', { name: 'Add a person' }).click(),
      await page.getByRole('button', { name: 'Create account' }).click(),
      await page.getByText('This is needed.').first().waitFor(),
    ],
  },
  {
    name: 'a person, about to be deleted',
    go: async (page) => [
      await page.goto('/people?q=anna@example'),
      await page.getByRole('row').filter({ hasText: 'anna@example.org' }).getByRole('link').click(),
      await page.getByRole('checkbox').first().waitFor(),
      await page.getByRole('button', { name: 'Delete anna …' }).click(),
      await page.getByRole('radio', { name: 'ben', exact: true }).check(),
      await page.getByText('Will be at /ben/From anna').waitFor(),
    ],
  },
  {
    name: 'a person',
    go: async (page) => [await page.keyboard.press('Escape'), await page.getByRole('dialog').waitFor({ state: 'hidden' })],
  },
  {
    name: 'groups',
    go: async (page) => [await page.goto('/people?tab=groups'), await page.getByRole('cell', { name: 'Family', exact: true }).waitFor()],
  },
  {
    name: 'invite',
    go: async (page) => [
      await page.goto('/people?tab=invitations'),
      await page.getByRole('button', { name: 'Invite', exact: true }).click(),
      await page.getByRole('dialog').getByRole('button', { name: 'Make link' }).waitFor(),
    ],
  },
  {
    name: 'own picture',
    go: async (page) => [
      await page.goto('/profile?section=picture'),
      await page.getByRole('button', { name: 'Choose a picture …' }).last().waitFor(),
    ],
  },
  { name: 'top folder', go: async (page) => [await page.goto('/browse'), await row(page, 'Shared').waitFor()] },
  { name: 'folder', go: async (page) => [await page.goto(`/browse?path=${folder}`), await row(page, long).waitFor()] },
  {
    name: 'new folder dialog',
    go: async (page) => [
      await page.getByRole('button', { name: 'New folder' }).click(),
      await page.getByRole('textbox', { name: 'Name' }).waitFor(),
    ],
  },
  {
    name: 'chosen rows',
    go: async (page) => [
      await page.keyboard.press('Escape'),
      await row(page, 'Below').getByRole('button', { name: 'Choose Below' }).click(),
      await page.getByText('1 chosen', { exact: true }).waitFor(),
    ],
  },
  {
    name: 'delete dialog',
    go: async (page) => [
      await page.getByRole('grid').focus(),
      await page.keyboard.press('Shift+Delete'),
      await page.getByRole('dialog').waitFor(),
    ],
  },
  {
    name: 'move dialog',
    go: async (page) => [
      await page.keyboard.press('Escape'),
      await page.getByRole('button', { name: 'Move to …', exact: true }).click(),
      await page.getByRole('dialog').getByRole('button', { name: 'Empty' }).waitFor(),
    ],
  },
  {
    name: 'preview',
    go: async (page) => [
      await page.goto(`/browse?path=${folder}&preview=picture.png`),
      await page.getByRole('img', { name: 'picture.png' }).waitFor(),
      await page.getByText('SHA-256').waitFor(),
    ],
  },
  { name: 'trash', go: async (page) => [await page.goto('/trash'), await page.getByRole('button', { name: `Restore ${long}` }).waitFor()] },
  {
    name: 'empty trash dialog',
    go: async (page) => [await page.getByRole('button', { name: 'Empty trash' }).click(), await page.getByRole('dialog').waitFor()],
  },
  {
    name: 'trash settings',
    go: async (page) => [await page.goto('/settings?section=trash'), await page.getByLabel('Days').waitFor()],
  },
  {
    name: 'empty folder',
    go: async (page) => [await page.goto(`/browse?path=${folder}/Empty`), await page.getByText('Nothing here yet').waitFor()],
  },
  {
    name: 'missing folder',
    go: async (page) => [await page.goto('/browse?path=/nowhere'), await page.getByText('There is no such folder').waitFor()],
  },
]

const looks = (['light', 'dark'] as const).flatMap((colorScheme) => [1440, 390].map((width) => ({ colorScheme, width })))

for (const { colorScheme, width } of looks) {
  test(`no page keeps anybody out: ${colorScheme}, ${width} px`, async ({ flow }) => {
    const viewport = { width, height: width < 500 ? 844 : 900 }
    const { page } = await flow.open({ address: shared.address, as: shared.admin, path: '/people', colorScheme, viewport })
    const barriers: Record<string, string[]> = {}
    for (const { name, go } of stations) {
      await go(page)
      const found = await findBarriers(page)
      if (found.length > 0) barriers[name] = found
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
      if (overflow > 0) barriers[`${name}: wider than the screen`] = [`${overflow} px`]
    }
    const stranger = await flow.open({ address: shared.address, path: '/sign-in', colorScheme, viewport })
    await stranger.page.getByRole('button', { name: 'Sign in' }).click()
    await until(
      () => stranger.page.getByText('This is needed.').count(),
      (count) => count === 2,
    )
    const atDoor = await findBarriers(stranger.page)
    if (atDoor.length > 0) barriers['sign-in'] = atDoor
    const forbid = stranger.allow(/404/)
    await stranger.page.goto('/no-such-page')
    await stranger.page.getByRole('heading', { level: 1 }).waitFor()
    forbid()
    const lost = await findBarriers(stranger.page)
    if (lost.length > 0) barriers['not found'] = lost
    // A server without an authority of its own, and one with it: what it would say stands in for it.
    const untrusting = stranger.allow(/404/)
    await stranger.page.goto('/trust')
    await stranger.page.getByText('There is nothing to install').waitFor()
    untrusting()
    const nothing = await findBarriers(stranger.page)
    if (nothing.length > 0) barriers['trust, nothing to install'] = nothing
    const authority = {
      fingerprint: 'AB:'.repeat(31).concat('CD'),
      expiresAt: '2036-01-01T00:00:00Z',
      names: ['balu.local', '192.168.1.2'],
    }
    await stranger.page.route('**/trust/authority.json', (route) => route.fulfill({ json: authority }))
    await stranger.page.reload()
    await stranger.page.getByRole('link', { name: 'Download the certificate' }).waitFor()
    const trusting = await findBarriers(stranger.page)
    if (trusting.length > 0) barriers['trust'] = trusting
    const tooWide = await stranger.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    if (tooWide > 0) barriers['trust: wider than the screen'] = [`${tooWide} px`]
    expect(barriers).toEqual({})
  })
}
