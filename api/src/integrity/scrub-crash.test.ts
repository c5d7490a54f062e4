import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../files/test-storage.ts'
import { openDatabase } from '../platform/db.ts'

const program = fileURLToPath(new URL('./crash-scrub.ts', import.meta.url))

async function start(...args: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), 'line')
  return child
}

test('killed in the middle, a reading goes on: each file counts once', { timeout: 90_000 }, async () => {
  const { address, database, drop } = await createTestDatabase('sqlite')
  await database.$disconnect()
  const folder = mkdtempSync(`${tmpdir()}/baluhost-scrub-`)
  for (let part = 0; part < 4; part++) {
    mkdirSync(`${folder}/Shared/${part}/deep`, { recursive: true })
    for (let index = 0; index < 10; index++)
      writeFileSync(`${folder}/Shared/${part}/${index % 2 ? 'deep/' : ''}${index}`, randomBytes(400_000))
  }
  // 16 MB at 4 MB/s.
  let child = await start(address.url, folder, '4', 'begin')
  const look = await openDatabase(address)
  const job = () => look.job.findFirstOrThrow({ where: { kind: 'file_scrub' } })
  const afterOf = async () => ((await job()).checkpoint as { after: string[] } | null)?.after.join('/') ?? ''
  try {
    const stops: string[] = []
    for (let round = 0; round < 2; round++) {
      const before = await afterOf()
      for (let tries = 0; (await afterOf()) === before && tries < 400; tries++) await sleep(25)
      child.kill('SIGKILL')
      await once(child, 'exit')
      stops.push(await afterOf())
      child = await start(address.url, folder, round === 0 ? '4' : '1000')
    }
    expect(stops[0]).toMatch(/^Shared\/\d/)
    expect((stops[1] ?? '') > (stops[0] ?? '')).toBe(true)
    for (let tries = 0; (await job()).state !== 'SUCCEEDED' && tries < 800; tries++) await sleep(25)
    expect((await job()).result).toMatchObject({ files: 40, firstReadings: expect.any(Number), changed: 0, damaged: 0, unreadable: 0 })
    expect(await look.fileEntry.count({ where: { isFolder: false, NOT: { sha256: null } } })).toBe(40)
    expect(await look.fileScrub.findMany()).toMatchObject([{ files: 40, endedAt: expect.any(Date) }])
  } finally {
    child.kill('SIGKILL')
    await look.$disconnect()
    await drop()
    rmSync(folder, { recursive: true, force: true })
  }
})
