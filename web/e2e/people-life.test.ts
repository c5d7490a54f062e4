import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'vitest'
import { admin } from './harness/api.ts'
import { newUser, shared, test } from './harness/flow.ts'
import { makePng } from './harness/media.ts'

test('from an invitation to a deletion: joins, shows a face, is in a group, leaves, and the files are with somebody else', async ({
  flow,
}) => {
  await newUser('heiress')
  const { page } = await flow.open({ address: shared.address, as: shared.admin, path: '/people?tab=groups' })
  await page.getByRole('button', { name: 'Make a group' }).first().click()
  await page.getByRole('dialog').getByLabel('Name').fill('Wolves')
  await page.getByRole('dialog').getByRole('button', { name: 'Make group' }).click()
  await page.getByRole('cell', { name: 'Wolves', exact: true }).waitFor()

  // A link for somebody, with the group.
  await page.getByRole('link', { name: 'Invitations' }).click()
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name, as a proposal').fill('grey')
  await dialog.getByRole('checkbox', { name: 'Wolves' }).check()
  await dialog.getByRole('button', { name: 'Make link' }).click()
  const link = await dialog.getByRole('textbox', { name: 'Link' }).inputValue()
  expect(link).toMatch(new RegExp(`^${shared.address}/join#token=`))
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('row').filter({ hasText: 'grey' }).getByText('Open', { exact: true }).waitFor()

  // In a browser of their own, under a name of their own.
  const watched = await flow.open({ address: shared.address, path: new URL(link).pathname + new URL(link).hash })
  const theirs = watched.page
  await theirs.getByText('demo has invited you.').waitFor()
  expect(await theirs.getByLabel('Name').inputValue()).toBe('grey')
  await theirs.getByLabel('Name').fill('grey.brother')
  await theirs.getByLabel('Password', { exact: true }).fill('short')
  await theirs.getByRole('button', { name: 'Make my account' }).click()
  await theirs.getByText('This password is too easy to guess').waitFor()
  await theirs.getByLabel('Password', { exact: true }).fill(admin.password)
  await theirs.getByRole('button', { name: 'Make my account' }).click()
  await theirs.getByRole('button', { name: 'Account of grey.brother' }).waitFor()
  expect(new URL(theirs.url()).pathname).toBe('/')
  // The link is used up.
  const third = await flow.open({ address: shared.address, path: new URL(link).pathname + new URL(link).hash })
  await third.page.getByText('This invitation has been used already.').waitFor()

  // A face.
  await theirs.goto('/profile?section=picture')
  await theirs.getByLabel('Choose a picture …').setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: makePng(300) })
  await theirs.getByText('How it will look').waitFor()
  await theirs.getByRole('button', { name: 'Use this picture' }).click()
  await theirs.getByText('The picture is in place.').waitFor()
  await theirs.getByRole('button', { name: 'Account of grey.brother' }).locator('img[src^="/avatars/"]').waitFor()
  mkdirSync(`${shared.storageDir}/grey.brother/Hunts`)
  writeFileSync(`${shared.storageDir}/grey.brother/Hunts/first.txt`, 'a hare')

  // Found by the administrator, with face and group; then deleted.
  await page.getByRole('link', { name: 'People', exact: true }).last().click()
  await page.getByRole('searchbox').fill('GREY')
  const row = page.getByRole('row').filter({ hasText: 'grey.brother' })
  await row.locator('img[src^="/avatars/"]').waitFor()
  await page.getByText('1 person matches.').waitFor()
  await row.getByRole('link').click()
  await page.getByRole('heading', { level: 1, name: 'grey.brother' }).waitFor()
  expect(await page.getByRole('checkbox', { name: 'Wolves' }).isChecked()).toBe(true)
  await page.getByRole('button', { name: 'Delete grey.brother …' }).click()
  const deletion = page.getByRole('dialog')
  await deletion.getByLabel('To whom?', { exact: true }).last().fill('heir')
  await deletion.getByRole('radio', { name: 'heiress' }).check()
  await deletion.getByText('Will be at /heiress/From grey.brother').waitFor()
  await deletion.getByText('1 file in 1 folder').waitFor()
  await deletion.getByLabel('Type grey.brother to confirm').fill('grey.brother')
  const ended = theirs.waitForEvent('framenavigated', (frame) => new URL(frame.url()).pathname === '/sign-in')
  await deletion.getByRole('button', { name: 'Delete account' }).click()
  await page.getByText('The files are at /heiress/From grey.brother.').waitFor()
  await page.waitForURL('**/people')
  await ended
  expect(readFileSync(`${shared.storageDir}/heiress/From grey.brother/Hunts/first.txt`, 'utf8')).toBe('a hare')
  expect(await page.getByRole('cell', { name: /grey\.brother/ }).count()).toBe(0)
})

test('a person is changed, disabled and enabled from their own page', async ({ flow }) => {
  const user = await newUser('phao')
  const { page } = await flow.open({ address: shared.address, as: shared.admin, path: '/people?q=phao' })
  await page.getByRole('row').filter({ hasText: 'phao' }).getByRole('link').click()
  await page.getByLabel('Name', { exact: true }).fill('demo')
  await page.getByRole('status').filter({ hasText: 'signs phao out everywhere' }).waitFor()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This name is already in use.').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('phaona')
  await page.getByLabel('Quota in GB').fill('2,5')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'phaona' }).waitFor()
  expect(await page.getByLabel('Quota in GB').inputValue()).toBe('2.5')
  expect((await user.ask<{ me: unknown }>('{ me { id } }')).me).toBeNull()

  await user.signIn('phaona', admin.password)
  await page.getByRole('button', { name: 'Disable', exact: true }).click()
  await page.getByRole('dialog', { name: 'Disable phaona?' }).getByRole('button', { name: 'Disable' }).click()
  await page.getByText('phaona cannot sign in any more.').waitFor()
  expect((await user.ask<{ me: unknown }>('{ me { id } }')).me).toBeNull()
  await expect(user.signIn('phaona', admin.password)).rejects.toThrow('SIGN_IN_FAILED')
  await page.getByRole('button', { name: 'Enable' }).click()
  await page.getByText('phaona can sign in again.').waitFor()
  await user.signIn('phaona', admin.password)

  await page.getByRole('button', { name: 'New password …' }).click()
  const dialog = page.getByRole('dialog', { name: 'A new password for phaona' })
  await dialog.getByLabel('Password', { exact: true }).fill('a fresh and long one')
  await dialog.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('phaona has a new password.').waitFor()
  await user.signIn('phaona', 'a fresh and long one')
})
