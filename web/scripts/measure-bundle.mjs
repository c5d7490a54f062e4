/** What JavaScript each exported page makes the browser load at once, brotli-compressed. Fails over the budget. */
import { readdir, readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'

const BUDGET = 250_000
const out = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'out')

async function compressedSize(url) {
  const file = path.join(out, decodeURIComponent(url.split('?')[0]))
  try {
    return (await stat(`${file}.br`)).size
  } catch {
    return brotliCompressSync(await readFile(file)).length
  }
}

const pages = (await readdir(out, { recursive: true })).filter((name) => name.endsWith('.html')).sort()
let over = false
for (const page of pages) {
  const html = await readFile(path.join(out, page), 'utf8')
  const urls = new Set()
  // noModule scripts are for browsers without modules: no supported one loads them.
  for (const [tag] of html.matchAll(/<script\b[^>]*\ssrc="[^"]+"[^>]*>/g)) {
    if (!/\snomodule/i.test(tag)) urls.add(/\ssrc="([^"]+)"/.exec(tag)[1])
  }
  let total = 0
  for (const url of urls) total += await compressedSize(url)
  over ||= total > BUDGET
  console.log(`${page.padEnd(24)} ${(total / 1000).toFixed(1).padStart(7)} kB  ${urls.size} files${total > BUDGET ? '  OVER' : ''}`)
}
if (over) {
  console.error(`Over the budget of ${BUDGET / 1000} kB.`)
  process.exit(1)
}
