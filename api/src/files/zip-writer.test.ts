import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listZip, testZip } from './test-zip.ts'
import { ZipWriter } from './zip-writer.ts'

let scratch: string
beforeAll(() => {
  scratch = mkdtempSync(`${tmpdir()}/baluhost-zip-`)
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const zeros = Buffer.alloc(4 * 1024 * 1024)
async function* zerosOf(size: number) {
  for (let left = size; left > 0; left -= zeros.length) yield zeros.subarray(0, Math.min(left, zeros.length))
}
async function* bytesOf(text: string) {
  yield Buffer.from(text)
}
const modifiedAt = new Date('2026-11-28T10:00:01Z')

/** A file with holes where the archive has nothing but zeros: gigabytes cost no disk. */
function createSparse(file: string) {
  const fd = openSync(file, 'w')
  let at = 0
  return {
    async take(chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        if (chunk.buffer !== zeros.buffer) writeSync(fd, chunk, 0, chunk.length, at)
        at += chunk.length
      }
    },
    close() {
      ftruncateSync(fd, at)
      closeSync(fd)
    },
  }
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
async function heldBytes(): Promise<number> {
  // What has just ended is let go of a little later.
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    collect()
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

test('more than 4 GiB in a file and before one: sizes and places have 64 bits', { timeout: 120_000 }, async () => {
  const size = 4 * 1024 ** 3 + 5
  const sparse = createSparse(`${scratch}/large.zip`)
  const zip = new ZipWriter()
  await sparse.take(zip.file({ name: 'large.mp4', modifiedAt, size, deflate: false, chunks: zerosOf(size) }))
  await sparse.take(zip.folder('empty', modifiedAt))
  await sparse.take(zip.file({ name: 'behind.txt', modifiedAt, size: 6, deflate: true, chunks: bytesOf('behind') }))
  const long = 'x'.repeat(2_000_000)
  await sparse.take(zip.file({ name: 'long.txt', modifiedAt, size: long.length, deflate: true, chunks: bytesOf(long) }))
  await sparse.take(zip.end())
  sparse.close()
  const [large, empty, behind, last] = listZip(`${scratch}/large.zip`)
  expect(large).toMatchObject({ name: 'large.mp4', size, packed: size, offset: 0 })
  expect(empty?.offset).toBeGreaterThan(size)
  expect(behind).toMatchObject({ name: 'behind.txt', size: 6, seconds: modifiedAt.getTime() / 1_000 })
  expect(last).toMatchObject({ name: 'long.txt', size: long.length, method: 8 })
})

test('more entries than 16 bits count, in little memory', { timeout: 120_000 }, async () => {
  const count = 70_000
  const sparse = createSparse(`${scratch}/many.zip`)
  const zip = new ZipWriter()
  const before = await heldBytes()
  for (let index = 0; index < count; index++) {
    await sparse.take(
      zip.file({ name: `folder/a name of usual length ${index}.txt`, modifiedAt, size: 0, deflate: true, chunks: bytesOf('') }),
    )
  }
  // Of more than 100 bytes each.
  expect((await heldBytes()) - before).toBeLessThan(3_000_000)
  await sparse.take(zip.end())
  sparse.close()
  expect(listZip(`${scratch}/many.zip`).length).toBe(count)
  testZip(`${scratch}/many.zip`)
})

test('an error of what is packed is told, and what is not taken is let go', async () => {
  let closed = 0
  async function* failing() {
    try {
      yield zeros
      throw new Error('the disk is gone')
    } finally {
      closed += 1
    }
  }
  const file = { name: 'a.txt', modifiedAt, size: 8_000_000, deflate: true }
  const all = async () => {
    for await (const _ of new ZipWriter().file({ ...file, chunks: failing() }));
  }
  await expect(all()).rejects.toThrow('the disk is gone')
  async function* endless() {
    try {
      for (;;) yield Buffer.from(crypto.getRandomValues(new Uint8Array(60_000)))
    } finally {
      closed += 1
    }
  }
  let taken = 0
  for await (const _ of new ZipWriter().file({ ...file, chunks: endless() })) {
    taken += 1
    if (taken === 3) break
  }
  await expect.poll(() => closed).toBe(2)
})
