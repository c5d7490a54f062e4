import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface ServerProcess {
  readonly child: ChildProcess
  readonly output: () => { stdout: string; stderr: string }
  /** Where it listens; fails when it ends before it does. */
  readonly listening: Promise<string>
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>
}

/** The server as its users start it, with nothing of this environment but what is given. */
export function startProcess(env: Record<string, string>, options: { uid?: number; gid?: number } = {}): ServerProcess {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'] ?? '', BALUHOST_HOST: '127.0.0.1', BALUHOST_PORT: '0', BALUHOST_HARDWARE: 'simulated', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  const output = { stdout: '', stderr: '' }
  const ended = new Promise<{ code: number | null; signal: string | null; stderr: string }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal, stderr: output.stderr }))
  })
  const listening = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (data) => {
      output.stdout += data
      const origin = /listens on (http:\S+)/.exec(output.stdout)?.[1]
      if (origin) resolve(origin)
    })
    child.stderr?.on('data', (data) => {
      output.stderr += data
    })
    void ended.then(({ code }) => reject(new Error(`ended with ${code}: ${output.stderr}`)))
  })
  listening.catch(() => {})
  return { child, output: () => ({ ...output }), listening, ended }
}
