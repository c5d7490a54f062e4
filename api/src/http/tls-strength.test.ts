import { readFileSync } from 'node:fs'
import { type ConnectionOptions, connect } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startNas, type TestNas } from '../../test/nas.ts'

let nas: TestNas
let ca: string
beforeAll(async () => {
  nas = await startNas({ env: { BALUHOST_TLS: 'local' } })
  ca = readFileSync(`${nas.dataDir}/tls/ca.crt`, 'utf8')
})
afterAll(() => nas.close())

/** What a client that offers only this agrees on with the server; null when they agree on nothing. */
function agreed(options: ConnectionOptions) {
  return new Promise<{ cipher: string; protocol: string | null; key: string | undefined } | null>((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(nas.origin).port), ca, servername: 'localhost', ...options })
    socket.on('secureConnect', () => {
      const key = socket.getPeerX509Certificate()?.publicKey
      resolve({ cipher: socket.getCipher().name, protocol: socket.getProtocol(), key: key?.asymmetricKeyDetails?.namedCurve })
      socket.destroy()
    })
    socket.on('error', () => resolve(null))
  })
}

// The level 0 lets this side offer what it would not offer by itself.
const offering = (ciphers: string) => agreed({ maxVersion: 'TLSv1.2', ciphers: `${ciphers}:@SECLEVEL=0` })

test.each([
  'ECDHE-ECDSA-AES128-SHA',
  'ECDHE-ECDSA-AES256-SHA384',
  'ECDHE-ECDSA-NULL-SHA',
  'AES128-GCM-SHA256',
  'AES256-SHA',
  'ADH-AES128-SHA256',
])('the suite %s is not spoken: no forward secrecy, or no authenticated encryption', async (suite) => {
  expect(await offering(suite)).toBeNull()
})

test.each(['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-ECDSA-AES128-GCM-SHA256'])(
  'the suite %s is',
  async (suite) => {
    expect((await offering(suite))?.cipher).toBe(suite)
  },
)

test('with all to choose from it is TLS 1.3, and the key of the certificate is on P-256', async () => {
  expect(await agreed({})).toEqual({ cipher: 'TLS_AES_256_GCM_SHA384', protocol: 'TLSv1.3', key: 'prime256v1' })
})
