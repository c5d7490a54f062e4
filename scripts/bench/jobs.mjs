import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { createTestDatabase } from '../../api/src/files/test-storage.ts'
import { openDatabase } from '../../api/src/platform/db.ts'
import { createId } from '../../api/src/platform/identifier.ts'
import { root } from '../paths.mjs'
import { sleep } from './process.mjs'

const fields = 'id kind state subject actorName createdAt startedAt endedAt progress { done total percent } error { code message }'
const page = `query Page($after: String, $filter: JobFilter) { jobs(first: 50, after: $after, filter: $filter) { nodes { ${fields} } pageInfo { endCursor hasNextPage } } }`

/** Pages of the list of jobs with so many that have ended, beside a request that asks for next to nothing. */
export async function jobsPage({ startNas, dataDir, cookie, count = 100_000 }) {
  await (await startNas()).stop()
  const database = await openDatabase({ provider: 'sqlite', url: `file:${dataDir}/baluhost.db` })
  const ids = await fill(database, count)
  await database.$disconnect()
  const nas = await startNas()
  const ask = async (body) => {
    const began = performance.now()
    const response = await fetch(`${nas.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1', cookie },
      body: JSON.stringify(body),
    })
    const { data, errors } = await response.json()
    if (errors) throw new Error(JSON.stringify(errors))
    return { took: performance.now() - began, data }
  }
  const series = async (bodies) => {
    const took = []
    for (const body of bodies) took.push((await ask(body)).took)
    return took.sort((a, b) => a - b)
  }
  const somewhere = () => ids[Math.floor(Math.random() * ids.length)]
  const any = Array.from({ length: 300 }, () => ({ query: page, variables: { after: somewhere() } }))
  const failed = any.map(({ query, variables }) => ({ query, variables: { ...variables, filter: { states: ['FAILED'] } } }))
  const total = Array.from({ length: 50 }, () => ({ query: '{ jobs(first: 1) { totalCount } }' }))
  await series(any.slice(0, 50))
  const [pages, filtered, counts, small] = [
    await series(any),
    await series(failed),
    await series(total),
    await series(any.map(() => ({ query: '{ me { id } }' }))),
  ]
  await nas.stop()
  const p = (took, part) => took[Math.floor(took.length * part)].toFixed(1)
  console.log(
    `${count} ended jobs: a page of 50 anywhere p50 ${p(pages, 0.5)} p95 ${p(pages, 0.95)} ms; of those that failed p95 ${p(filtered, 0.95)} ms; the total alone p95 ${p(counts, 0.95)} ms; { me { id } } p95 ${p(small, 0.95)} ms; ratio of the p50s ${(pages[150] / small[150]).toFixed(1)}`,
  )
}

async function fill(database, count) {
  const ids = []
  const now = Date.now()
  const states = ['SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'INTERRUPTED']
  for (let from = 0; from < count; from += 500) {
    const data = Array.from({ length: Math.min(500, count - from) }, (_, at) => {
      const createdAt = new Date(now - (count - from - at) * 60_000)
      const id = createId(createdAt.getTime())
      ids.push(id)
      return {
        id,
        kind: 'session_cleanup',
        class: 'MAINTENANCE',
        state: states[(from + at) % states.length],
        input: {},
        result: { ended: at },
        actorName: 'system',
        origin: {},
        locks: [],
        attempts: 1,
        maxAttempts: 3,
        runAfter: createdAt,
        createdAt,
        startedAt: createdAt,
        endedAt: createdAt,
        changedAt: createdAt,
      }
    })
    await database.job.createMany({ data })
  }
  return ids
}

/** What a process that has no job to run spends on its queue. */
export async function jobsIdle(seconds = 60) {
  for (const provider of ['sqlite', 'postgresql']) {
    const { address, drop } = await createTestDatabase(provider)
    const folder = mkdtempSync(`${tmpdir()}/baluhost-idle-`)
    const child = spawn(process.execPath, ['api/src/jobs/crash-process.ts', JSON.stringify(address), folder, '30000'], {
      cwd: root,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    await sleep(5_000)
    const before = nanosecondsOf(child.pid)
    await sleep(seconds * 1_000)
    const share = (nanosecondsOf(child.pid) - before) / 1e9 / seconds
    console.log(`an idle job queue on ${provider}: ${(share * 100).toFixed(3)} % of a core over ${seconds} s`)
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.stdin.end()
    await ended
    rmSync(folder, { recursive: true })
    await drop()
  }
}

/** On a processor so far, all threads: the first field of proc(5) schedstat, finer than clock ticks. */
function nanosecondsOf(pid) {
  const threads = readdirSync(`/proc/${pid}/task`)
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]), 0)
}
