import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { root } from '../paths.mjs'

/** Clock ticks a second in /proc/<pid>/stat; 100 on every Linux that Node supports. */
const ticksPerSecond = 100

/** Starts a server as `npm start` does, waits for the address it prints. */
export async function startServer(args, env) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { NODE_COMPILE_CACHE: `${root}/node_modules/.cache/compiled`, UV_THREADPOOL_SIZE: '8', ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const address = await new Promise((resolve, reject) => {
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
      const found = /listens on (http:\S+)/.exec(text)
      if (found) resolve(found[1])
    })
    child.on('exit', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)))
  })
  return {
    address,
    startedAt,
    /** CPU seconds of all threads so far, user and system. */
    cpuSeconds() {
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
      return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
    },
    /** Resident set in MB (10^6 bytes). */
    rssMegabytes() {
      return (Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))[1]) * 1024) / 1e6
    },
    async stop() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await exited
    },
  }
}

/** Posts `count` operations over `connections` kept-alive connections. Throws at the first answer that is not data. */
export async function post(address, body, { count, connections = 4, headers = {} }) {
  const text = JSON.stringify(body)
  let left = count
  const worker = async () => {
    while (left-- > 0) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        body: text,
        headers: { 'content-type': 'application/json', ...headers },
      })
      const answer = await response.json()
      if (!answer.data || answer.errors) throw new Error(`Unexpected answer: ${JSON.stringify(answer).slice(0, 300)}`)
    }
  }
  await Promise.all(Array.from({ length: connections }, worker))
}

export const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
