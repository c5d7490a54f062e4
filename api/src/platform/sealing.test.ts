import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMasterKeyLine, parseMasterKeys, readSecrets, Secrets } from './secrets.ts'
import { StartFault } from './start-fault.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-sealing-`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const newKey = () => parseMasterKeys(createMasterKeyLine(), 'a test')

describe('a sealed secret', () => {
  test('is read again, tells nothing, and is never the same twice', () => {
    const secrets = new Secrets(newKey())
    const [one, two] = [secrets.seal('totp:1', 'hunter2'), secrets.seal('totp:1', 'hunter2')]
    expect(secrets.open('totp:1', one)).toBe('hunter2')
    expect(one).not.toBe(two)
    for (const sealed of [one, two])
      expect(Buffer.from(sealed.split('.')[3] ?? '', 'base64url').toString('latin1')).not.toContain('hunter2')
  })

  test('what was changed, or sealed for something else, does not open', () => {
    const secrets = new Secrets(newKey())
    const sealed = secrets.seal('totp:1', 'hunter2')
    expect(() => secrets.open('totp:2', sealed)).toThrow()
    const [version, id, nonce = '', bytes = ''] = sealed.split('.')
    const flipped = (text: string, at: number) => {
      const raw = Buffer.from(text, 'base64url')
      raw[at] = (raw[at] ?? 0) ^ 1
      return raw.toString('base64url')
    }
    for (let at = 0; at < Buffer.from(bytes, 'base64url').length; at++) {
      expect(() => secrets.open('totp:1', [version, id, nonce, flipped(bytes, at)].join('.')), `byte ${at}`).toThrow()
    }
    expect(() => secrets.open('totp:1', [version, id, flipped(nonce, 0), bytes].join('.'))).toThrow()
    expect(() => secrets.open('totp:1', [version, id, nonce, bytes.slice(0, 6)].join('.'))).toThrow()
    expect(() => new Secrets(newKey()).open('totp:1', sealed)).toThrow(/not here/)
  })

  test('opens with the key of its time while a new one seals', () => {
    const [before] = newKey()
    const [after] = newKey()
    if (!before || !after) throw new Error('there are two keys')
    const sealed = new Secrets([before]).seal('x', 'kept')
    const both = new Secrets([after, before])
    expect(both.open('x', sealed)).toBe('kept')
    expect([both.isCurrent(sealed), both.isCurrent(both.seal('x', 'new'))]).toEqual([false, true])
    expect(() => new Secrets([after]).open('x', sealed)).toThrow(/not here/)
  })

  test('keys for different purposes have nothing in common', () => {
    const secrets = new Secrets(newKey())
    expect(secrets.derive('seal')).not.toEqual(secrets.derive('audit'))
    expect(secrets.derive('audit')).toEqual(secrets.derive('audit'))
  })
})

test('the master key is made once, for its owner alone', async () => {
  const file = `${folder}/master-key`
  const first = await readSecrets({ file, credential: null })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const text = readFileSync(file, 'utf8')
  const second = await readSecrets({ file, credential: null })
  expect(readFileSync(file, 'utf8')).toBe(text)
  expect(second.open('x', first.seal('x', 'the same key'))).toBe('the same key')
})

test.each(['', 'short a2V5', '# only a comment', 'UPPER aGVsbG8'])(
  'a key file that holds %j stops the start, and is not written over',
  async (content) => {
    const file = `${folder}/damaged`
    writeFileSync(file, content)
    await expect(readSecrets({ file, credential: null })).rejects.toThrow(StartFault)
    expect(readFileSync(file, 'utf8')).toBe(content)
  },
)
