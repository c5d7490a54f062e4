import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { root } from './paths.mjs'
import { prepareDashboard, prepareDatabaseClients, prepareDocuments, runTool } from './prepare.mjs'

// A young generation of 4 MB a half-space keeps the resident set 20 MB smaller than Node's default, at the price of more
// frequent, shorter collections. The compile cache saves both the compiling and the memory of the compiler.
const server = ['--max-semi-space-size=4', 'api/src/main.ts']
const compileCache = `${root}/node_modules/.cache/compiled`

/** What `npm run` can run; each prepares what it needs. */
const commands = {
  async start() {
    await prepareDatabaseClients()
    await prepareDashboard()
    await runNode(server)
  },
  async demo() {
    await prepareDatabaseClients()
    await prepareDashboard()
    const demo = {
      BALUHOST_HARDWARE: 'simulated',
      BALUHOST_DEMO: 'true',
      BALUHOST_DATA_DIR: process.env.BALUHOST_DATA_DIR ?? `${root}/data/demo`,
    }
    await runNode(server, demo)
  },
  async dev() {
    await prepareDatabaseClients()
    await prepareDocuments()
    await runNode(['scripts/dev.mjs'])
  },
  async generate() {
    await prepareDatabaseClients()
    await runNode(['scripts/schema.mjs'])
    await runNode(['scripts/field-matrix.mjs'])
    await runNode(['scripts/asvs.mjs'])
    await prepareDocuments()
  },
  async admin(rest) {
    await prepareDatabaseClients()
    await runNode(['api/src/admin.ts', ...rest])
  },
  async 'audit:verify'(rest) {
    await prepareDatabaseClients()
    await runNode(['api/src/audit-verify.ts', ...rest])
  },
  async migration(rest) {
    await prepareDatabaseClients()
    await runNode(['scripts/migration.mjs', ...rest])
  },
  async test(rest) {
    await prepareDatabaseClients()
    // Single files of the server are tried often while it is changed: they do with the dashboard that was built last.
    const serverOnly = rest.length > 0 && rest.every((file) => file.startsWith('api/')) && existsSync(`${root}/web/out/export.json`)
    if (!serverOnly) await prepareDashboard()
    await runNode(['node_modules/vitest/vitest.mjs', 'run', ...rest])
  },
  /** Everything that must hold; `--no-tests` leaves out the tests for those who run them next. */
  async check(rest) {
    await prepareDatabaseClients()
    await prepareDashboard()
    runTool('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', '.'])
    runTool('typescript/bin/tsc', ['--project', 'tsconfig.json'])
    runTool('typescript/bin/tsc', ['--project', 'web/tsconfig.json', '--noEmit', '--incremental', 'false'])
    runTool('knip/bin/knip.js', [])
    await runNode(['scripts/schema.mjs', '--check'])
    await runNode(['scripts/field-matrix.mjs', '--check'])
    await runNode(['scripts/errors-page.mjs', '--check'])
    await runNode(['scripts/audit-page.mjs', '--check'])
    await runNode(['scripts/asvs.mjs', '--check'])
    await runNode(['scripts/migration.mjs', '--check'])
    await runNode(['web/scripts/measure-bundle.mjs'])
    if (!rest.includes('--no-tests')) await runNode(['node_modules/vitest/vitest.mjs', 'run'])
  },
  async bench(rest) {
    await prepareDatabaseClients()
    await prepareDashboard()
    await runNode(['scripts/bench/bench.mjs', ...rest])
  },
  async 'campaign:jobs'(rest) {
    await prepareDatabaseClients()
    await runNode(['scripts/campaign/jobs.mjs', ...rest])
  },
  async 'campaign:files'(rest) {
    await prepareDatabaseClients()
    await runNode(['scripts/campaign/files.mjs', ...rest])
  },
  async screenshots() {
    await prepareDatabaseClients()
    await prepareDashboard()
    await runNode(['scripts/screenshots.mjs'])
  },
}

export async function run(name, rest) {
  const command = commands[name]
  if (!command) {
    console.error(`There is no command ${name}. Commands: ${Object.keys(commands).join(', ')}`)
    process.exit(2)
  }
  await command(rest).catch((error) => {
    // A tool that failed has said why; its exit code is the answer.
    if (typeof error.status !== 'number') console.error(error)
    process.exit(error.status || 1)
  })
}

/** Runs to its end with this Node. Signals of the terminal reach the child by itself; the others are passed on. */
function runNode(args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: 'inherit',
      // Of Node's four threads for the disk each sync takes one while it lasts: many small uploads wait for many.
      env: { NODE_COMPILE_CACHE: compileCache, UV_THREADPOOL_SIZE: '8', ...process.env, ...env },
    })
    const pass = (signal) => child.kill(signal)
    const ignore = () => {}
    process.on('SIGTERM', pass)
    process.on('SIGINT', ignore)
    child.on('error', reject)
    child.on('exit', (code, signal) => {
      process.off('SIGTERM', pass)
      process.off('SIGINT', ignore)
      const status = code ?? 128 + (signal === 'SIGINT' ? 2 : 15)
      if (status === 0) resolve()
      else reject(Object.assign(new Error(`${args[0]} ended with ${status}`), { status }))
    })
  })
}
