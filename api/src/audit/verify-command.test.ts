import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'

const command = fileURLToPath(new URL('../audit-verify.ts', import.meta.url))

describe.each(await testedProviders())('npm run audit:verify on %s', (provider) => {
  let nas: TestNas
  beforeEach(async () => {
    ;({ nas } = await startNasWithAdmin({ provider }))
  })
  afterEach(() => nas.close())

  /** The command as a process of its own, beside the server. */
  const run = async (...args: string[]): Promise<{ code: number | null; output: string }> => {
    const env = { PATH: process.env['PATH'] ?? '', BALUHOST_DATA_DIR: nas.dataDir, DATABASE_URL: nas.databaseUrl }
    const child = spawn(process.execPath, [command, ...args], { env })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data))
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
    return { code, output }
  }

  test('says that all is whole, while the server runs and when it does not', async () => {
    const running = await run()
    expect(running.output).toMatch(/^\d+ entries \(1 to \d+\) looked at in [\d.]+ s\.\nAll are as they were written\.\n$/)
    expect(running.code).toBe(0)
    await nas.stop()
    expect((await run()).code).toBe(0)
  })

  test('names what was changed and ends with 1; what cannot be undone is told again after it was accepted', async () => {
    await nas.database.auditEntry.update({ where: { sequence: 1 }, data: { result: 'edited' } })
    const found = await run()
    expect(found.output).toContain('Entry 1: changed after it was written, or not written by the server.')
    expect(found.code).toBe(1)
    await nas.database.auditChain.updateMany({ data: { seal: 'x' } })
    expect((await run()).output).toContain('the record of the beginning and the end of the chain was changed')
    expect((await run('--accept')).code).toBe(0)
    const after = await run()
    expect(after.output).not.toContain('the record of the beginning')
    expect(after).toMatchObject({ code: 1, output: expect.stringContaining('Entry 1: ') })
  })

  test('cannot look without the key, and makes none', async () => {
    const { rmSync, existsSync } = await import('node:fs')
    rmSync(`${nas.dataDir}/master-key`)
    const { code, output } = await run()
    expect(code).toBe(2)
    expect(output).toMatch(/^The audit log cannot be checked\. There is no .*master-key/)
    expect(existsSync(`${nas.dataDir}/master-key`)).toBe(false)
  })
})
