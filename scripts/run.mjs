// Every command of the README goes through here, so that each works on a fresh clone: it installs when the lockfile is
// newer than what is installed, and hands over to the Node that npm brought (the `node-…` packages). Until then it runs
// on whatever Node the machine has: plain JavaScript, nothing from node_modules.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { root } from './paths.mjs'

// 24.7 is the first with argon2 in node:crypto.
const needed = [24, 7]
const bundledNode = `${root}/node_modules/.bin/node`

function installIfStale() {
  const stamp = `${root}/node_modules/.installed`
  const lock = createHash('sha256')
    .update(readFileSync(`${root}/package-lock.json`))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log('Installing packages (npm ci) …')
  const result = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' })
  if (result.status !== 0) {
    console.error('npm ci failed; see above.')
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > needed[0] || (major === needed[0] && minor >= needed[1])
}

const [command, ...rest] = process.argv.slice(2)
installIfStale()
if (existsSync(bundledNode) && !process.env.BALUHOST_BUNDLED_NODE) {
  const version = spawnSync(bundledNode, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.trim()
  if (version && version !== process.versions.node) {
    const result = spawnSync(bundledNode, [`${root}/scripts/run.mjs`, command, ...rest], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: `${dirname(bundledNode)}:${process.env.PATH}`, BALUHOST_BUNDLED_NODE: '1' },
    })
    process.exit(result.status ?? 1)
  }
}
delete process.env.BALUHOST_BUNDLED_NODE
if (!isNewEnough(process.versions.node)) {
  console.error(
    `BaluHost needs Node ${needed.join('.')} or newer; this is ${process.versions.node}, and npm has no Node for ${process.platform}-${process.arch} here.`,
  )
  process.exit(1)
}
const { run } = await import('./commands.mjs')
await run(command, rest)
