import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface ServerOptions {
  readonly hardware?: 'real' | 'simulated'
  readonly env?: Record<string, string>
}

/** The real program as a child process, on a data folder of its own that goes with it. */
export class Server {
  readonly dataDir = mkdtempSync(`${tmpdir()}/baluhost-e2e-`)
  readonly storageDir = `${this.dataDir}/storage`
  readonly #options: ServerOptions
  #child: ChildProcess | null = null
  #address = ''

  constructor(options: ServerOptions = {}) {
    this.#options = options
  }

  get address(): string {
    return this.#address
  }

  /** Kept until the first administrator exists. */
  get setupToken(): string {
    return readFileSync(`${this.dataDir}/setup-token`, 'utf8').trim()
  }

  /** Resolves when it listens. A second start takes the port of the first. */
  async start(): Promise<this> {
    const { hardware = 'simulated', env = {} } = this.#options
    // What the tests were started with must not reach the server: a setting of the developer's own would change them.
    const inherited = Object.entries(process.env).filter(([name]) => !/^(BALUHOST_|DATABASE_URL$|VITEST|NODE_ENV$)/.test(name))
    const child = spawn(process.execPath, ['api/src/main.ts'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...Object.fromEntries(inherited),
        BALUHOST_HOST: '127.0.0.1',
        BALUHOST_PORT: this.#address ? new URL(this.#address).port : '0',
        BALUHOST_DATA_DIR: this.dataDir,
        BALUHOST_HARDWARE: hardware,
        BALUHOST_LOG_LEVEL: 'warn',
        BALUHOST_LOG_FORMAT: 'json',
        ...env,
      },
    })
    this.#child = child
    process.once('exit', this.#dieWithParent)
    let said = ''
    await new Promise<void>((resolve, reject) => {
      const read = (chunk: Buffer) => {
        said += chunk.toString()
        const address = /^BaluHost listens on (\S+)$/m.exec(said)?.[1]
        if (!address) return
        this.#address = address
        resolve()
      }
      child.stdout?.on('data', read)
      child.stderr?.on('data', read)
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${said}`)))
    })
    return this
  }

  /** A test run that falls over must leave no server behind. */
  readonly #dieWithParent = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** As a power cut ends it. */
  async kill(): Promise<void> {
    const child = this.#child
    process.off('exit', this.#dieWithParent)
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}
