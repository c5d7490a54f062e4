import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root } from './paths.mjs'

function addToHash(hash, path) {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      if (!['node_modules', 'generated', 'out', '.next', 'dist', 'next-env.d.ts'].includes(name) && !name.endsWith('.tsbuildinfo'))
        addToHash(hash, `${path}/${name}`)
    }
    return
  }
  hash.update(path.slice(root.length)).update('\0').update(readFileSync(path)).update('\0')
}

/** Runs `make` unless `stamp` says that it ran on exactly these inputs (files and folders, by content) and `output` is there. */
export async function makeIfStale({ inputs, output, stamp, make }) {
  const hash = createHash('sha256')
  for (const input of inputs) addToHash(hash, `${root}/${input}`)
  const now = hash.digest('hex')
  const file = `${root}/${stamp}`
  if (existsSync(`${root}/${output}`) && existsSync(file) && readFileSync(file, 'utf8') === now) return
  await make()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, now)
}
