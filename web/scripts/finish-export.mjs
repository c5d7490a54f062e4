/**
 * After `next build`: hash every inline script for the Content-Security-Policy, store the documents that the pages send by
 * hash, and lay a .br and a .gz beside everything that compresses, so that the server never compresses at run time.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const out = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', 'out')
const compressible = new Set(['.html', '.js', '.css', '.json', '.txt', '.svg', '.webmanifest', '.map'])
const brotli = promisify(brotliCompress)
const gz = promisify(gzip)

const files = (await readdir(out, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => path.relative(out, path.join(entry.parentPath, entry.name)))
  .filter((name) => !/\.(br|gz)$/.test(name) && name !== 'export.json' && name !== 'operations.json')
  .sort()

const pages = {}
const faults = []
for (const name of files.filter((file) => file.endsWith('.html'))) {
  const html = await readFile(path.join(out, name), 'utf8')
  const hashes = new Set()
  for (const [, attributes, body] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)) {
    if (/\ssrc=/.test(attributes) || body === '') continue
    hashes.add(`sha256-${createHash('sha256').update(body).digest('base64')}`)
  }
  pages[name.split(path.sep).join('/')] = [...hashes]
  // What the policy would block must not be in the markup; scripts carry flight data in which style="" is only text.
  const markup = html.replace(/<script\b[\s\S]*?<\/script>/g, '')
  if (/<style\b/.test(markup)) faults.push(`${name}: a <style> element`)
  if (/<[^>]+\sstyle="/.test(markup)) faults.push(`${name}: a style="" attribute`)
  if (/<[^>]+\son[a-z]+="/.test(markup)) faults.push(`${name}: an inline event handler`)
}
if (faults.length > 0) {
  console.error(`The export holds what the Content-Security-Policy blocks:\n  ${faults.join('\n  ')}`)
  process.exit(1)
}
await writeFile(path.join(out, 'export.json'), `${JSON.stringify({ pages }, null, 2)}\n`)

// What the pages send hashes of. The server reads it from here, so that both are always of the same build.
const generated = JSON.parse(await readFile(path.join(out, '..', 'src/graphql/generated/persisted-documents.json'), 'utf8'))
const operations = Object.values(generated).map((text) => text.replaceAll(' @unmask', ''))
const stored = Object.fromEntries(operations.map((text) => [createHash('sha256').update(text).digest('hex'), text]))
const missing = Object.keys(generated).filter((hash) => !(hash in stored))
if (missing.length > 0) {
  console.error(`The pages would send hashes that are not of what is stored: ${missing.join(', ')}`)
  process.exit(1)
}
await writeFile(path.join(out, 'operations.json'), `${JSON.stringify(stored, null, 2)}\n`)

let saved = 0
await Promise.all(
  files
    .filter((name) => compressible.has(path.extname(name)))
    .map(async (name) => {
      const file = path.join(out, name)
      const bytes = await readFile(file)
      if (bytes.length < 256) return
      const [br, zipped] = await Promise.all([
        brotli(bytes, {
          params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
        }),
        gz(bytes, { level: 9 }),
      ])
      await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, zipped)])
      saved += bytes.length - br.length
    }),
)
console.log(`Export finished: ${Object.keys(pages).length} pages, ${files.length} files, ${Math.round(saved / 1000)} kB saved by brotli.`)
