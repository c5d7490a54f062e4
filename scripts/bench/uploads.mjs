import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { sleep, startServer } from './process.mjs'

const bytesType = 'application/offset+octet-stream'
const metadataOf = (path) => `path ${Buffer.from(path).toString('base64')}`

/** One request; its answer's status and headers. */
function send(address, path, { method, headers, agent, body, stream }) {
  return new Promise((resolve, reject) => {
    const sending = request(new URL(path, address), { method, headers, agent }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode >= 300) reject(new Error(`${method} ${path}: ${response.statusCode}`))
        else resolve(response.headers)
      })
    })
    sending.on('error', reject)
    if (stream) pipeline(stream, sending).catch(reject)
    else sending.end(body)
  })
}

/** 10,000 files of 10 kB over one connection pool, beside the same server when nothing waits for the disk. */
export async function smallFiles({ count = 10_000, bytes = 10_000, connections = 32 } = {}) {
  const body = randomBytes(bytes)
  const rate = async (args) => {
    const server = await startServer(['scripts/bench/upload-server.mjs', ...args], {})
    const agent = new Agent({ keepAlive: true, maxSockets: connections })
    const run = async (folder, files) => {
      let next = 0
      const worker = async () => {
        for (let at = next++; at < files; at = next++) {
          const headers = {
            'tus-resumable': '1.0.0',
            'x-user': 'bench',
            'upload-length': bytes,
            'content-length': bytes,
            'content-type': bytesType,
            'upload-metadata': metadataOf(`/bench/${folder}${at}`),
          }
          await send(server.address, '/uploads', { method: 'POST', headers, agent, body })
        }
      }
      await Promise.all(Array.from({ length: connections }, worker))
    }
    await run('warm', 500)
    const cpu = server.cpuSeconds()
    const began = performance.now()
    await run('f', count)
    const seconds = (performance.now() - began) / 1_000
    const used = server.cpuSeconds() - cpu
    agent.destroy()
    await server.stop()
    return { perSecond: count / seconds, cpu: (used / count) * 1e3 }
  }
  // In turns, so that the machine's mood hits both.
  const [synced, bare] = [[], []]
  for (let round = 0; round < 2; round++) {
    synced.push(await rate([]))
    bare.push(await rate(['--no-sync']))
  }
  const best = (rates) => rates.reduce((a, b) => (a.perSecond > b.perSecond ? a : b))
  const [a, b] = [best(synced), best(bare)]
  console.log(
    `${count} uploads of ${bytes} bytes over ${connections} connections: ${a.perSecond.toFixed(0)}/s (${a.cpu.toFixed(2)} ms CPU each); without any sync ${b.perSecond.toFixed(0)}/s (${b.cpu.toFixed(2)} ms); ratio ${(a.perSecond / b.perSecond).toFixed(2)}`,
  )
}

/** One large upload: CPU a GiB, and the time beside dd conv=fsync and a hash of the same bytes. */
export async function largeUpload({ startNas, dataDir, cookie, gib = 1 }) {
  const source = `${dataDir}/source`
  const target = openSync(source, 'w')
  for (let at = 0; at < gib * 1024; at++) writeSync(target, randomBytes(1024 * 1024))
  closeSync(target)
  const size = gib * 1024 ** 3
  const reference = async () => {
    const began = performance.now()
    execFileSync('dd', [`if=${source}`, `of=${dataDir}/dd`, 'bs=1M', 'conv=fsync'], { stdio: 'ignore' })
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(`${dataDir}/dd`, { highWaterMark: 1024 * 1024 })) hash.update(chunk)
    hash.digest()
    const took = (performance.now() - began) / 1_000
    rmSync(`${dataDir}/dd`)
    return took
  }
  const nas = await startNas()
  const headers = { 'tus-resumable': '1.0.0', 'x-baluhost-csrf': '1', cookie }
  const once = async (path) => {
    const cpu = nas.cpuSeconds()
    const began = performance.now()
    const { location } = await send(nas.address, '/uploads', {
      method: 'POST',
      headers: { ...headers, 'upload-length': size, 'upload-metadata': metadataOf(path) },
    })
    await send(nas.address, location, {
      method: 'PATCH',
      headers: { ...headers, 'upload-offset': 0, 'content-type': bytesType, 'content-length': size },
      stream: createReadStream(source, { highWaterMark: 1024 * 1024 }),
    })
    const took = (performance.now() - began) / 1_000
    const used = nas.cpuSeconds() - cpu
    rmSync(`${dataDir}/storage${path}`)
    return { took, used: used / gib }
  }
  const [ours, theirs] = [[], []]
  for (let round = 0; round < 3; round++) {
    theirs.push(await reference())
    ours.push(await once(`/bench/large${round}`))
  }
  await nas.stop()
  rmSync(source)
  const middle = (values) => values.toSorted((a, b) => a - b)[1]
  const [wall, cpu, dd] = [middle(ours.map(({ took }) => took)), middle(ours.map(({ used }) => used)), middle(theirs)]
  console.log(
    `an upload of ${gib} GiB, verified and synced: ${wall.toFixed(2)} s, ${cpu.toFixed(2)} s CPU a GiB; dd conv=fsync and SHA-256 ${dd.toFixed(2)} s; ratio ${(wall / dd).toFixed(2)}`,
  )
}

/** Memory while 50 uploads arrive at once, beside the same server idle. */
export async function uploadMemory({ startNas, cookie, uploads = 50, megabytes = 24 }) {
  const nas = await startNas()
  const headers = { 'tus-resumable': '1.0.0', 'x-baluhost-csrf': '1', cookie }
  const chunk = randomBytes(1024 * 1024)
  const size = megabytes * chunk.length
  async function* body() {
    for (let at = 0; at < megabytes; at++) yield chunk
  }
  const one = async (name) => {
    const { location } = await send(nas.address, '/uploads', {
      method: 'POST',
      headers: { ...headers, 'upload-length': size, 'upload-metadata': metadataOf(`/bench/${name}`) },
    })
    await send(nas.address, location, {
      method: 'PATCH',
      headers: { ...headers, 'upload-offset': 0, 'content-type': bytesType, 'content-length': size },
      stream: body(),
    })
  }
  await sleep(10_000)
  const idle = nas.rssMegabytes()
  let most = idle
  const timer = setInterval(() => {
    most = Math.max(most, nas.rssMegabytes())
  }, 50)
  await Promise.all(Array.from({ length: uploads }, (_, at) => one(`m${at}`)))
  clearInterval(timer)
  await nas.stop()
  console.log(
    `${uploads} uploads at once: ${most.toFixed(0)} MB RSS at most, ${idle.toFixed(0)} MB idle; ${(most - idle).toFixed(0)} MB more; ratio ${(most / idle).toFixed(2)}`,
  )
}
