import { screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { HttpResponse, http } from 'msw'
import { expect, test } from 'vitest'
import { renderApp } from '../../../test/render-app'
import { server } from '../../../test/server'
import { platformOf } from './platform'
import { TrustPage } from './trust-page'

const fingerprint = Array.from({ length: 32 }, (_, index) => (index + 16).toString(16).toUpperCase()).join(':')
const authority = { fingerprint, expiresAt: '2036-11-18T01:33:00Z', names: ['nas.local', '192.168.1.20'] }
const answers = (...responses: (() => Response)[]) => {
  const left = [...responses]
  server.use(http.get('/trust/authority.json', () => (left.length > 1 ? left.shift() : left[0])?.()))
}

test('offers the certificate, its fingerprint, and steps for every kind of device', async () => {
  answers(() => HttpResponse.json(authority))
  renderApp(<TrustPage />)
  expect((await screen.findByRole('link', { name: 'Download the certificate' })).getAttribute('href')).toBe('/trust/ca.crt')
  expect(screen.getByLabelText('SHA-256 fingerprint').textContent).toBe(fingerprint)
  expect(screen.getByText(/nas\.local, 192\.168\.1\.20/)).toBeTruthy()
  const headings = [...document.querySelectorAll('summary')].map((summary) => summary.querySelector('span')?.textContent)
  expect(headings).toEqual(['Windows', 'macOS', 'iPhone and iPad', 'Android', 'Linux', 'Firefox'])
  expect(document.querySelectorAll('details[open]')).toHaveLength(1)
  expect(screen.getByRole('link', { name: 'Open over HTTPS' }).getAttribute('href')).toMatch(/^https:\/\//)
})

test('without an authority there is nothing to install', async () => {
  answers(() => HttpResponse.json({ code: 'NO_LOCAL_AUTHORITY' }, { status: 404 }))
  renderApp(<TrustPage />)
  expect(await screen.findByText('There is nothing to install')).toBeTruthy()
  expect(screen.queryByRole('link', { name: 'Download the certificate' })).toBe(null)
})

test('a NAS that does not answer can be asked again', async () => {
  answers(
    () => HttpResponse.error(),
    () => HttpResponse.json(authority),
  )
  renderApp(<TrustPage />)
  await userEvent.click(await screen.findByRole('button', { name: 'Try again' }))
  expect(await screen.findByRole('link', { name: 'Download the certificate' })).toBeTruthy()
})

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150', 0, 'windows'],
  ['Mozilla/5.0 (Windows NT 10.0; rv:150.0) Gecko Firefox/150', 0, 'windows'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605', 0, 'mac'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605', 5, 'ios'],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X)', 5, 'ios'],
  ['Mozilla/5.0 (Linux; Android 16) Chrome/150 Mobile', 5, 'android'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko Firefox/150', 0, 'firefox'],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/150', 0, 'linux'],
] as const)('%s with %d touch points is %s', (userAgent, maxTouchPoints, platform) => {
  expect(platformOf({ userAgent, maxTouchPoints })).toBe(platform)
})
