import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestDatabase } from './test-storage.ts'

const program = fileURLToPath(new URL('./crash-copies.ts', import.meta.url))

async function start(url: string, folder: string, ...paths: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, url, folder, ...paths], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')
  return child
}

/** Every file below, by its path; of each what `tell` says. */
function filesBelow<T>(folder: string, tell: (path: string) => T): Map<string, T> {
  if (!existsSync(folder)) return new Map()
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map(({ parentPath, name }) => `${parentPath}/${name}`)
  return new Map(paths.map((path) => [path.slice(folder.length), tell(path)]))
}

const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const inodeOf = (path: string) => statSync(path).ino

test('killed again and again in the middle of a tree: nothing half under its name, nothing copied twice', {
  timeout: 120_000,
}, async () => {
  const { address, database, drop } = await createTestDatabase('sqlite')
  await database.$disconnect()
  const folder = mkdtempSync(`${tmpdir()}/baluhost-copy-crash-`)
  for (let part = 0; part < 6; part++) {
    mkdirSync(`${folder}/Shared/src/${part}/deep`, { recursive: true })
    writeFileSync(`${folder}/Shared/src/${part}/large`, randomBytes(12_000_000))
    for (let index = 0; index < 60; index++) writeFileSync(`${folder}/Shared/src/${part}/deep/${index}`, randomBytes(5_000))
  }
  const wanted = filesBelow(`${folder}/Shared/src`, hashOf)
  let child = await start(address.url, folder, '/Shared/src', '/Shared/copy')
  const whole = () => {
    const [job] = existsSync(`${folder}/.baluhost/copying`) ? readdirSync(`${folder}/.baluhost/copying`) : []
    return job ? `${folder}/.baluhost/copying/${job}/whole` : ''
  }
  const count = () => (whole() === '' ? 0 : filesBelow(whole(), () => 1).size)
  let kept = new Map<string, number>()
  try {
    for (let round = 1; round <= 3; round++) {
      const enough = kept.size + 70
      while (count() < enough && !existsSync(`${folder}/Shared/copy`)) await sleep(15)
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect(existsSync(`${folder}/Shared/copy`)).toBe(false)
      // What has its name among the hidden is whole, and is still the same file that was there after the kill before.
      for (const [path, hash] of filesBelow(whole(), hashOf)) expect(hash, path).toBe(wanted.get(path))
      const now = filesBelow(whole(), inodeOf)
      for (const [path, inode] of kept) expect(now.get(path), path).toBe(inode)
      expect(now.size).toBeGreaterThan(kept.size)
      kept = now
      child = await start(address.url, folder)
    }
    while (!existsSync(`${folder}/Shared/copy`) || readdirSync(`${folder}/.baluhost/copying`).length > 0) await sleep(20)
    const copied = filesBelow(`${folder}/Shared/copy`, inodeOf)
    for (const [path, inode] of kept) expect(copied.get(path), path).toBe(inode)
    expect(filesBelow(`${folder}/Shared/copy`, hashOf)).toEqual(wanted)
    expect(filesBelow(`${folder}/Shared/copy`, (path) => statSync(path).mtimeMs)).toEqual(
      new Map([...wanted.keys()].map((path) => [path, expect.closeTo(statSync(`${folder}/Shared/src${path}`).mtimeMs, 1)])),
    )
  } finally {
    child.kill('SIGKILL')
    await drop()
    rmSync(folder, { recursive: true, force: true })
  }
})
