import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../files/test-storage.ts'
import { openDatabase } from '../platform/db.ts'
import { createTestTrash } from './test-trash.ts'

const program = fileURLToPath(new URL('./crash-trash.ts', import.meta.url))

/** Returns how many of its steps were done, and the process, killed after a while. */
async function runAndKill(url: string, folder: string): Promise<number> {
  const child: ChildProcess = spawn(process.execPath, [program, url, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let count = 0
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  lines.on('line', () => (count += 1))
  const enough = 2 + randomInt(6)
  while (count < enough) await once(lines, 'line')
  await sleep(randomInt(40))
  child.kill('SIGKILL')
  await once(child, 'exit')
  return count
}

test('killed while files are deleted, restored and replaced: each is in one place, whole, with all that it was', {
  timeout: 120_000,
}, async () => {
  const { address, database, drop } = await createTestDatabase('sqlite')
  await database.$disconnect()
  const folder = mkdtempSync(`${tmpdir()}/baluhost-trash-crash-`)
  let steps = 0
  try {
    for (let round = 0; round < 8; round++) {
      steps += await runAndKill(address.url, folder)
      const reopened = await openDatabase(address)
      const trash = await createTestTrash(reopened, folder)
      const items = await reopened.trashItem.findMany()
      expect(readdirSync(`${folder}/.baluhost/trash`).sort()).toEqual(items.map(({ id }) => id).sort())
      for (let index = 0; index < 10; index++) {
        const path = `/ben/file ${index}`
        const places = items.filter((item) => item.path === path).map(({ id }) => `${folder}/.baluhost/trash/${id}`)
        if (existsSync(`${folder}${path}`)) places.push(`${folder}${path}`)
        expect(places.length, path).toBeLessThanOrEqual(1)
        for (const place of places) expect(readFileSync(place, 'utf8')).toMatch(new RegExp(`^file ${index}: \\d+ of \\d+$`))
      }
      const versions = await reopened.fileVersion.findMany()
      expect(versions.every(({ state }) => state === 'KEPT')).toBe(true)
      expect(readdirSync(`${folder}/.baluhost/versions`).sort()).toEqual(versions.map(({ storedAs }) => storedAs).sort())
      for (const { storedAs, size } of versions) expect(readFileSync(`${folder}/.baluhost/versions/${storedAs}`).length).toBe(Number(size))
      await trash.close()
      await reopened.$disconnect()
    }
    expect(steps).toBeGreaterThanOrEqual(16)
  } finally {
    await drop()
    rmSync(folder, { recursive: true, force: true })
  }
})
