// npm run bench [-- ROW …]: each row is a figure beside a reference measured in the same run, so that it means the same
// on another machine. Bounded in count and time, against servers of its own on this machine only.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { download } from './download.mjs'
import { jobsIdle, jobsPage } from './jobs.mjs'
import { post, sleep, startServer } from './process.mjs'
import { search } from './search.mjs'
import { largeUpload, smallFiles, uploadMemory } from './uploads.mjs'

const password = 'measured twice cut once'
const me = { query: '{ me { id } }' }
const listing = {
  query:
    'query Listing($path: Path!) { files(path: $path, first: 50) { totalCount nodes { id name path isFolder size modifiedAt mimeType } } }',
  variables: { path: '/bench/fifty' },
}
const rows = {
  'request-me': () => compareCpu('{ me { id } }', me, 4000),
  'request-listing': () => compareCpu('a listing of 50 files', listing, 2000),
  'memory-and-start': memoryAndStart,
  idle,
  download: () => download({ env, scratch, cookie }),
  'jobs-idle': () => jobsIdle(),
  'jobs-page': () => jobsPage({ startNas, dataDir: scratch, cookie }),
  search: () => search({ startNas, dataDir: scratch, cookie }),
  'small-files': () => smallFiles(),
  upload: () => largeUpload({ startNas, dataDir: scratch, cookie }),
  'upload-memory': () => uploadMemory({ startNas, cookie }),
}

const wanted = process.argv.slice(2)
const scratch = mkdtempSync(`${tmpdir()}/baluhost-bench-`)
mkdirSync(`${scratch}/storage/bench/fifty`, { recursive: true })
for (let index = 0; index < 50; index++) writeFileSync(`${scratch}/storage/bench/fifty/picture ${index}.png`, 'x'.repeat(1000))
const env = {
  BALUHOST_DATA_DIR: scratch,
  BALUHOST_PORT: '0',
  BALUHOST_HOST: '127.0.0.1',
  BALUHOST_LOG_LEVEL: 'warn',
  BALUHOST_SETUP_TOKEN: 'bench-setup-token',
}
const startNas = () => startServer(['--max-semi-space-size=4', 'api/src/main.ts'], env)
let cookie = ''
try {
  const first = await startNas()
  cookie = await setUp(first.address)
  await first.stop()
  for (const [name, row] of Object.entries(rows)) if (wanted.length === 0 || wanted.includes(name)) await row()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

async function setUp(address) {
  const query = `mutation { completeSetup(input: { setupToken: "bench-setup-token", username: "bench", password: "${password}" }) { __typename } }`
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    body: JSON.stringify({ query }),
    headers: { 'content-type': 'application/json' },
  })
  const answer = await response.json()
  if (answer.data?.completeSetup.__typename !== 'Session') throw new Error(`Setup failed: ${JSON.stringify(answer)}`)
  return response.headers.getSetCookie()[0].split(';')[0]
}

/** CPU of the server process per request, ours and the reference's, in turns so that the machine's mood hits both. */
async function compareCpu(title, body, count) {
  const nas = await startNas()
  const reference = await startServer(['scripts/bench/reference-server.mjs'], {})
  const headers = { cookie, 'x-baluhost-csrf': '1' }
  const measure = async (server) => {
    const before = server.cpuSeconds()
    await post(server.address, body, { count, headers })
    return ((server.cpuSeconds() - before) / count) * 1e6
  }
  await post(nas.address, body, { count: 500, headers })
  await post(reference.address, body, { count: 500 })
  const [ours, theirs] = [[], []]
  for (let round = 0; round < 3; round++) {
    ours.push(await measure(nas))
    theirs.push(await measure(reference))
  }
  await Promise.all([nas.stop(), reference.stop()])
  const [a, b] = [median(ours), median(theirs)]
  console.log(`${title}: ${a.toFixed(0)} µs CPU a request; bare graphql-js on node:http ${b.toFixed(0)} µs; ratio ${(a / b).toFixed(2)}`)
}

/** Start to first answer and resident memory, beside a Node that only listens; then after as many requests as a busy hour has. */
async function memoryAndStart() {
  const bare = await startServer(['scripts/bench/reference-server.mjs'], {})
  await post(bare.address, me, { count: 1 })
  const bareMilliseconds = performance.now() - bare.startedAt
  const nas = await startNas()
  await (await fetch(`${nas.address}/healthz`)).text()
  const milliseconds = performance.now() - nas.startedAt
  await sleep(3000)
  const [atStart, bareAtStart] = [nas.rssMegabytes(), bare.rssMegabytes()]
  const headers = { cookie, 'x-baluhost-csrf': '1' }
  await post(nas.address, me, { count: 9000, headers })
  await post(nas.address, listing, { count: 9000, headers })
  await sleep(3000)
  const afterLoad = nas.rssMegabytes()
  await Promise.all([nas.stop(), bare.stop()])
  console.log(
    `start to first answer: ${milliseconds.toFixed(0)} ms; bare graphql-js ${bareMilliseconds.toFixed(0)} ms; ratio ${(milliseconds / bareMilliseconds).toFixed(2)}`,
  )
  console.log(
    `memory after start: ${atStart.toFixed(0)} MB RSS; bare graphql-js ${bareAtStart.toFixed(0)} MB; ratio ${(atStart / bareAtStart).toFixed(2)}`,
  )
  console.log(`memory after 18,000 requests: ${afterLoad.toFixed(0)} MB RSS; ratio to start ${(afterLoad / atStart).toFixed(2)}`)
}

/** CPU of the whole server with telemetry at 1 s and nobody watching, beside the same reference doing nothing. */
async function idle() {
  const seconds = 60
  const nas = await startNas()
  const bare = await startServer(['scripts/bench/reference-server.mjs'], {})
  await sleep(3000)
  const [before, bareBefore] = [nas.cpuSeconds(), bare.cpuSeconds()]
  await sleep(seconds * 1000)
  const share = (server, start) => ((server.cpuSeconds() - start) / seconds) * 100
  console.log(
    `idle with telemetry each second: ${share(nas, before).toFixed(2)} % of a core over ${seconds} s; a server without work ${share(bare, bareBefore).toFixed(2)} %`,
  )
  await Promise.all([nas.stop(), bare.stop()])
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
