// Generates what is generated: both Prisma clients (one set of models, two providers) and the dashboard's documents.
// Prisma wants the provider as a literal, so the models and each provider's datasource are laid together in prisma/.build.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { root } from './paths.mjs'

const providers = ['sqlite', 'postgresql']

export function generateDatabaseClients() {
  for (const provider of providers) {
    const build = `${root}/prisma/.build/${provider}`
    rmSync(build, { recursive: true, force: true })
    mkdirSync(build, { recursive: true })
    for (const file of readdirSync(`${root}/prisma/models`)) cpSync(`${root}/prisma/models/${file}`, `${build}/${file}`)
    cpSync(`${root}/prisma/${provider}/datasource.prisma`, `${build}/datasource.prisma`)
    // /bin/true: `generate` never runs the native schema engine but insists on finding (or downloading) one.
    execFileSync(process.execPath, [`${root}/node_modules/prisma/build/index.js`, 'generate', '--schema', build], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
    })
  }
}

export function generateDocuments() {
  if (!existsSync(`${root}/codegen.ts`)) return
  execFileSync(process.execPath, [`${root}/node_modules/@graphql-codegen/cli/esm/bin.js`, '--config', 'codegen.ts', '--silent'], {
    cwd: root,
    stdio: 'inherit',
  })
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  generateDatabaseClients()
  generateDocuments()
}
