// Writes docs/security/field-matrix.md from field-matrix.json beside it; with --check only says whether it is what stands
// there. Fails when a field of the graph has no line, or a line is not true any more.
import { readFileSync, writeFileSync } from 'node:fs'
import { nasSchema } from '../api/src/graphql/schema.nas.ts'
import { faultsOf, matrixSchema } from '../api/test/matrix/model.ts'
import { pageOf } from '../api/test/matrix/page.ts'
import { root } from './paths.mjs'

const source = `${root}/docs/security/field-matrix.json`
const file = `${root}/docs/security/field-matrix.md`
const matrix = matrixSchema.parse(JSON.parse(readFileSync(source, 'utf8')))
const faults = faultsOf(matrix, nasSchema)
if (faults.length > 0) {
  console.error(`docs/security/field-matrix.json is not what the schema has:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  process.exit(1)
}
const page = pageOf(matrix, nasSchema)
if (!process.argv.includes('--check')) writeFileSync(file, page)
else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/security/field-matrix.md is not what field-matrix.json says: npm run generate')
  process.exit(1)
}
