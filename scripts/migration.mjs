// npm run migration -- NAME: writes, for both providers, the migration that leads from the models as last migrated
// (prisma/migrated.prisma) to the models as they are now. Prisma's engine asks a PostgreSQL server for its dialect:
// 127.0.0.1:5432, or the one BALUHOST_TEST_POSTGRES_URL names. Nothing is changed there.
// npm run migration -- --check: exits 1 when the models have moved on without a migration.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { diffDatamodels, readDatamodel, readModels } from '../api/src/platform/migrations.ts'
import { root } from './paths.mjs'

const [name] = process.argv.slice(2)
if (!name) {
  console.error('Give the migration a name: npm run migration -- add_shares')
  process.exit(2)
}
const migrated = `${root}/prisma/migrated.prisma`
const before = existsSync(migrated) ? readFileSync(migrated, 'utf8') : ''
const models = await readModels()
if (name === '--check') {
  if (before === models) process.exit(0)
  console.error('prisma/models changed without a migration: npm run migration -- NAME')
  process.exit(1)
}
const dialects = {
  sqlite: 'file::memory:',
  postgresql: process.env.BALUHOST_TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/test',
}
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
for (const [provider, url] of Object.entries(dialects)) {
  const sql = await diffDatamodels({ provider, url }, await readDatamodel(provider, before), await readDatamodel(provider, models))
  if (!sql) continue
  const folder = `${root}/prisma/${provider}/migrations/${stamp}_${name}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/migration.sql`, sql)
  console.log(folder.slice(root.length + 1))
}
writeFileSync(migrated, models)
process.exit(0)
