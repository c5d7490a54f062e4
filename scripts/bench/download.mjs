// One large file over one connection: ours beside nginx on the same file, and nginx that sends it after asking us.
import { execFileSync, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { connect } from 'node:net'
import { sleep, startServer } from './process.mjs'

const gibibyte = 1024 ** 3
const rounds = 5

export async function download({ env, scratch, cookie }) {
  mkdirSync(`${scratch}/storage/bench`, { recursive: true })
  writeRandom(`${scratch}/storage/bench/large.bin`)
  const nas = await startServer(['--max-semi-space-size=4', 'api/src/main.ts'], {
    ...env,
    BALUHOST_TRUSTED_PROXIES: '127.0.0.1',
    BALUHOST_ACCEL_PREFIX: '/internal',
  })
  const nginx = hasNginx() ? await startNginx(scratch, nas.address) : null
  try {
    const ours = { address: nas.address, path: '/files/bench/large.bin', cookie, cpu: () => nas.cpuSeconds() }
    const targets = nginx
      ? {
          ours,
          nginx: { address: nginx.address, path: '/plain/bench/large.bin' },
          accel: { address: nginx.address, path: ours.path, cookie },
        }
      : { ours }
    const rates = Object.fromEntries(Object.keys(targets).map((name) => [name, []]))
    for (const target of Object.values(targets)) await fetchAll(target)
    const cpuBefore = nas.cpuSeconds()
    for (let round = 0; round < rounds; round++)
      for (const [name, target] of Object.entries(targets)) rates[name].push(await fetchAll(target))
    const cpu = (nas.cpuSeconds() - cpuBefore) / rounds
    const of = (name) => median(rates[name])
    const mine = `1 GiB downloaded: ${mb(of('ours'))} MB/s, ${cpu.toFixed(2)} CPU-seconds of the server`
    if (!nginx) console.log(`${mine}. SKIPPED beside nginx: there is none on this machine (apt install nginx-light).`)
    else {
      console.log(`${mine}; nginx ${mb(of('nginx'))} MB/s; ratio ${(of('ours') / of('nginx')).toFixed(2)}`)
      console.log(`the same by nginx after asking us: ${mb(of('accel'))} MB/s; ratio ${(of('accel') / of('nginx')).toFixed(2)}`)
    }
  } finally {
    nginx?.stop()
    await nas.stop()
  }
}

/** Bytes a second, by a client that does nothing but count. */
async function fetchAll({ address, path, cookie }) {
  const { hostname, port } = new URL(address)
  const started = performance.now()
  let [head, bytes] = ['', 0]
  await new Promise((resolve, reject) => {
    const socket = connect({ port: Number(port), host: hostname, onread: { buffer: Buffer.alloc(1024 * 1024), callback: take } })
    function take(count, buffer) {
      if (head.includes('\r\n\r\n')) bytes += count
      else {
        head += buffer.latin1Slice(0, count)
        const end = head.indexOf('\r\n\r\n')
        if (end >= 0) bytes = head.length - end - 4
      }
      return true
    }
    socket.once('error', reject)
    socket.once('close', resolve)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`)
  })
  if (!head.startsWith('HTTP/1.1 200') || bytes !== gibibyte) throw new Error(`Unexpected answer: ${bytes} bytes, ${head.slice(0, 300)}`)
  return bytes / ((performance.now() - started) / 1_000)
}

function hasNginx() {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function startNginx(scratch, upstream) {
  const port = 20_000 + (process.pid % 20_000)
  const folder = `${scratch}/nginx`
  mkdirSync(folder)
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')
  writeFileSync(
    `${folder}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/pid; events { worker_connections 64; }
    http { access_log off; sendfile on; tcp_nopush on; ${paths} server { listen 127.0.0.1:${port};
      location /plain/ { alias ${scratch}/storage/; }
      location /internal/ { internal; alias ${scratch}/storage/; disable_symlinks on from=${scratch}/storage; }
      location / { proxy_pass ${upstream}; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr; }
    } }`,
  )
  const child = spawn('nginx', ['-p', folder, '-c', `${folder}/nginx.conf`, '-e', `${folder}/error.log`], { stdio: 'inherit' })
  await sleep(500)
  return { address: `http://127.0.0.1:${port}`, stop: () => child.kill('SIGTERM') }
}

function writeRandom(file) {
  const block = Buffer.alloc(16 * 1024 * 1024)
  for (let at = 0; at < block.length; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536))
  const fd = openSync(file, 'w')
  for (let at = 0; at < gibibyte; at += block.length) writeSync(fd, block)
  closeSync(fd)
}

const mb = (rate) => (rate / 1e6).toFixed(0)

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
