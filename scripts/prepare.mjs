import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { root } from './paths.mjs'
import { makeIfStale } from './stale.mjs'

/** The environment of build tools: the Node that runs this, no telemetry, no question to a terminal. */
const environment = {
  ...process.env,
  NEXT_TELEMETRY_DISABLED: '1',
  CI: process.env.CI ?? '',
  PRISMA_HIDE_UPDATE_MESSAGE: '1',
  CHECKPOINT_DISABLE: '1',
}

/** Runs a package's program with this Node, in the folder `cwd` below the root. */
export function runTool(file, args, { cwd = '.', stdio = 'inherit', env = {} } = {}) {
  execFileSync(process.execPath, [`${root}/node_modules/${file}`, ...args], {
    cwd: `${root}/${cwd}`,
    stdio,
    env: { ...environment, ...env },
  })
}

/** Both typed database clients, from one set of models. */
export function prepareDatabaseClients() {
  return makeIfStale({
    inputs: [
      'prisma/models',
      'prisma/sqlite/datasource.prisma',
      'prisma/postgresql/datasource.prisma',
      'node_modules/prisma/package.json',
      'scripts/prepare.mjs',
    ],
    output: 'api/src/generated/sqlite/client.ts',
    stamp: 'api/src/generated/.stamp',
    make: () => ['sqlite', 'postgresql'].forEach(generateClient),
  })
}

// Prisma wants the provider as a literal, so the models and each provider's datasource are laid together in prisma/.build.
function generateClient(provider) {
  const build = `${root}/prisma/.build/${provider}`
  rmSync(build, { recursive: true, force: true })
  mkdirSync(build, { recursive: true })
  for (const file of readdirSync(`${root}/prisma/models`)) cpSync(`${root}/prisma/models/${file}`, `${build}/${file}`)
  cpSync(`${root}/prisma/${provider}/datasource.prisma`, `${build}/datasource.prisma`)
  // /bin/true: `generate` never runs the native schema engine but insists on finding (or downloading) one.
  runTool('prisma/build/index.js', ['generate', '--schema', build], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' },
  })
}

/** The dashboard's typed documents. */
export function prepareDocuments() {
  return makeIfStale({
    inputs: ['schema.graphql', 'codegen.ts', 'web/src', 'web/scripts'],
    output: 'web/src/graphql/generated/graphql.ts',
    stamp: 'web/src/graphql/generated/.stamp',
    make: () => runTool('@graphql-codegen/cli/esm/bin.js', ['--config', 'codegen.ts', '--silent']),
  })
}

/** The exported dashboard, and the playground's files beside it. */
export async function prepareDashboard() {
  await prepareDocuments()
  return makeIfStale({
    inputs: [
      'schema.graphql',
      'codegen.ts',
      'web/src',
      'web/scripts',
      'web/next.config.ts',
      'web/postcss.config.mjs',
      'web/tsconfig.json',
      'web/package.json',
      'package-lock.json',
      'scripts/playground',
    ],
    output: 'web/out/export.json',
    stamp: 'web/out/.stamp',
    make: async () => {
      console.log('Building the dashboard …')
      runTool('next/dist/bin/next', ['build'], { cwd: 'web', stdio: ['ignore', 'pipe', 'inherit'] })
      execFileSync(process.execPath, ['scripts/finish-export.mjs'], { cwd: `${root}/web`, stdio: 'inherit', env: environment })
      const { writePlayground } = await import('./playground/write.mjs')
      await writePlayground(`${root}/web/out/playground`)
    },
  })
}
