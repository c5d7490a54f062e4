import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestDatabase } from './test-storage.ts'

const program = fileURLToPath(new URL('./crash-server.ts', import.meta.url))

async function start(url: string, folder: string): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [program, url, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [origin] = (await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')) as [string]
  return { child, origin }
}

const headers = { 'tus-resumable': '1.0.0', 'x-user': 'ben' }

test('killed at any moment of an upload: never partly visible, resumed to the same hash', { timeout: 90_000 }, async () => {
  const { address, database, drop } = await createTestDatabase('sqlite')
  await database.$disconnect()
  const folder = mkdtempSync(`${tmpdir()}/baluhost-crash-`)
  const bytes = randomBytes(60_000_000)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const metadata = (path: string) => `path ${Buffer.from(path).toString('base64')},sha256 ${Buffer.from(sha256).toString('base64')}`
  let running = await start(address.url, folder)
  try {
    let kills = 0
    for (let round = 0; round < 5; round++) {
      const path = `/ben/file${round}`
      const created = await fetch(`${running.origin}/uploads`, {
        method: 'POST',
        headers: { ...headers, 'upload-length': String(bytes.length), 'upload-metadata': metadata(path) },
      })
      const location = created.headers.get('location') ?? ''
      let acknowledged = 0
      for (let attempt = 0; ; attempt++) {
        const head = await fetch(running.origin + location, { method: 'HEAD', headers })
        const offset = Number(head.headers.get('upload-offset'))
        // What the server once said is durable has survived its death.
        expect(offset).toBeGreaterThanOrEqual(acknowledged)
        if (offset === bytes.length) break
        const sending = fetch(running.origin + location, {
          method: 'PATCH',
          headers: { ...headers, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
          body: new Uint8Array(bytes.subarray(offset)),
        })
        if (attempt === 0) {
          sending.catch(() => {})
          await sleep(40 + round * 60)
          running.child.kill('SIGKILL')
          await once(running.child, 'exit')
          await sending.then(
            (response) => (acknowledged = Number(response.headers.get('upload-offset'))),
            () => {},
          )
          kills += 1
          if (acknowledged < bytes.length && existsSync(`${folder}${path}`))
            expect(readFileSync(`${folder}${path}`).equals(bytes)).toBe(true)
          running = await start(address.url, folder)
        } else expect((await sending).status).toBe(204)
      }
      expect(
        createHash('sha256')
          .update(readFileSync(`${folder}${path}`))
          .digest('hex'),
      ).toBe(sha256)
      expect((await fetch(`${running.origin}/files${path}`, { method: 'HEAD', headers })).headers.get('repr-digest')).toContain('sha-256=:')
    }
    expect(kills).toBe(5)
    expect(readdirSync(`${folder}/.baluhost/spool`)).toEqual([])
  } finally {
    running.child.kill('SIGKILL')
    await drop()
    rmSync(folder, { recursive: true, force: true })
  }
})
