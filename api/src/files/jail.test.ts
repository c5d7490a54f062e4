import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Jail } from './jail.ts'
import { kindOf } from './open-folder.ts'
import { parsePath } from './path.ts'
import { removeTree } from './tree-removal.ts'

let top: string
let jail: Jail

beforeEach(() => {
  top = mkdtempSync(`${tmpdir()}/baluhost-jail-`)
  mkdirSync(`${top}/storage/a/b`, { recursive: true })
  mkdirSync(`${top}/outside/b`, { recursive: true })
  writeFileSync(`${top}/storage/a/b/inside.txt`, 'inside')
  writeFileSync(`${top}/outside/b/secret.txt`, 'secret')
  jail = new Jail(`${top}/storage`)
})
afterEach(async () => {
  await jail.close()
  rmSync(top, { recursive: true, force: true })
})

const openDescriptors = () => readdirSync('/proc/self/fd').length

async function readAll(path: string): Promise<string> {
  const at = parsePath(path)
  await using parent = await jail.openParent(at)
  const { handle } = await parent.openFile(at.segments.at(-1) ?? '')
  try {
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

describe('Jail', () => {
  test('opens what is inside and closes every descriptor, also when it fails', async () => {
    await jail.openRoot()
    const before = openDescriptors()
    expect(await readAll('/a/b/inside.txt')).toBe('inside')
    for (const path of ['/a/none/x', '/a/b/inside.txt/x', '/a/b/none', '/a/b']) {
      await expect(readAll(path)).rejects.toMatchObject({ code: expect.stringMatching(/FILE_NOT_FOUND|NOT_A_F/) })
    }
    expect(openDescriptors()).toBe(before)
  })

  test('refuses links in the middle and at the end, wherever they point', async () => {
    symlinkSync(`${top}/outside`, `${top}/storage/out`)
    symlinkSync('b/inside.txt', `${top}/storage/a/inner`)
    symlinkSync(`${top}/outside/b/secret.txt`, `${top}/storage/a/last`)
    for (const path of ['/out/b/secret.txt', '/a/inner', '/a/last']) {
      await expect(readAll(path), path).rejects.toMatchObject({ code: 'PATH_OUTSIDE_STORAGE' })
    }
    await expect(jail.openFolder(parsePath('/out'))).rejects.toMatchObject({ code: 'PATH_OUTSIDE_STORAGE' })
  })

  test('does not open fifos and devices, and does not wait for them', async () => {
    execFileSync('mkfifo', [`${top}/storage/a/pipe`])
    await expect(readAll('/a/pipe')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  test('moves to a free name only', async () => {
    writeFileSync(`${top}/storage/a/x`, 'x')
    writeFileSync(`${top}/storage/a/y`, 'y')
    mkdirSync(`${top}/storage/a/full/z`, { recursive: true })
    await using a = await jail.openFolder(parsePath('/a'))
    await expect(a.moveTo('x', a, 'y', 'file')).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    await expect(a.moveTo('b', a, 'full', 'folder')).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    await expect(a.moveTo('b', a, 'y', 'folder')).rejects.toMatchObject({ code: 'NAME_TAKEN' })
    expect(readFileSync(`${top}/storage/a/y`, 'utf8')).toBe('y')
    await a.moveTo('x', a, 'X', 'file')
    await a.moveTo('b', a, 'B', 'folder')
    expect(readdirSync(`${top}/storage/a`).sort()).toEqual(['B', 'X', 'full', 'y'])
  })

  test('removes a tree without following its links, also with names that are not UTF-8', async () => {
    symlinkSync(`${top}/outside`, `${top}/storage/a/b/out`)
    mkdirSync(Buffer.concat([Buffer.from(`${top}/storage/a/`), Buffer.from([0xff, 0xfe])]))
    writeFileSync(Buffer.concat([Buffer.from(`${top}/storage/a/`), Buffer.from([0xff, 0xfe]), Buffer.from('/f')]), '')
    await using root = await jail.openRoot()
    await removeTree({ top: root, isStopped: () => false }, 'a')
    expect(readdirSync(`${top}/storage`)).toEqual([])
    expect(readFileSync(`${top}/outside/b/secret.txt`, 'utf8')).toBe('secret')
  })

  test('a folder that is swapped with a link all the time never leads outside', { timeout: 20_000 }, async () => {
    // The swapper: a is a folder, a link to outside, a folder … as fast as the kernel allows.
    const swapper = new Worker(
      `const fs = require('node:fs'), { workerData: top, parentPort } = require('node:worker_threads')
       fs.symlinkSync(top + '/outside', top + '/link')
       let running = true
       const end = Date.now() + 2000
       while (Date.now() < end) {
         fs.renameSync(top + '/storage/a', top + '/away')
         fs.renameSync(top + '/link', top + '/storage/a')
         fs.renameSync(top + '/storage/a', top + '/link')
         fs.renameSync(top + '/away', top + '/storage/a')
       }
       parentPort.postMessage('done')`,
      { eval: true, workerData: top },
    )
    let running = true
    swapper.on('message', () => {
      running = false
    })
    let inside = 0
    let refused = 0
    while (running) {
      try {
        await using folder = await jail.openFolder(parsePath('/a/b'))
        for await (const batch of folder.names()) expect(batch.map(({ raw }) => raw.toString())).not.toContain('secret.txt')
        await folder.makeFolder('made').catch(() => {})
        await folder.removeFolder('made')
        expect(await folder.look('secret.txt')).toBeNull()
        inside += 1
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        refused += 1
      }
      await expect(readAll('/a/b/secret.txt')).rejects.toThrow()
    }
    await swapper.terminate()
    expect(readdirSync(`${top}/outside/b`)).toEqual(['secret.txt'])
    // Both happened, or the race was none.
    expect(inside).toBeGreaterThan(10)
    expect(refused).toBeGreaterThan(10)
  })

  test('a folder that was renamed away stays the folder that was opened', async () => {
    await using folder = await jail.openFolder(parsePath('/a'))
    renameSync(`${top}/storage/a`, `${top}/storage/moved`)
    symlinkSync(`${top}/outside`, `${top}/storage/a`)
    await folder.makeFolder('new')
    expect(readdirSync(`${top}/storage/moved`)).toContain('new')
    expect(readdirSync(`${top}/outside`)).toEqual(['b'])
    unlinkSync(`${top}/storage/a`)
    expect(kindOf(await folder.stat())).toBe('folder')
  })
})
