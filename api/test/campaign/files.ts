import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { type ServerProcess, startProcess } from '../server-process.ts'
import { chances } from './chances.ts'
import { FileClient } from './client.ts'
import { Worker } from './worker.ts'

export interface FileCampaignOptions {
  readonly seed: number
  readonly kills: number
  /** For `DATABASE_URL`; SQLite in the data folder without it. */
  readonly databaseUrl?: string
  readonly said?: (words: string) => void
}

export interface FileCampaignResult {
  readonly kills: number
  /** Operations that the server acknowledged. */
  readonly operations: number
  readonly bytesSent: number
  /** What must not be: each of these is a broken promise. */
  readonly faults: string[]
}

const password = 'a campaign has many nights'
const workers = 4
/** What the server keeps for itself below the storage: empty once nothing is under way. */
const ownFolders = ['spool', 'removing', 'copying']

/**
 * Changes files over the public API from several sides, kills the server without warning at random moments, starts it again and looks:
 * what was acknowledged is there with its hash, what was not is there whole or not at all, and nothing is left over.
 */
export async function runFileCampaign({ seed, kills, databaseUrl, said = () => {} }: FileCampaignOptions): Promise<FileCampaignResult> {
  const chance = chances(seed)
  const folder = mkdtempSync(`${tmpdir()}/baluhost-files-campaign-`)
  const env = {
    BALUHOST_DATA_DIR: folder,
    BALUHOST_LOG_LEVEL: 'error',
    BALUHOST_LOG_FORMAT: 'json',
    ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
  }
  const faults: string[] = []
  const crew = Array.from({ length: workers }, (_, index) => new Worker(`/camp/w${index}`, chances(seed * 1_000 + index)))
  let server: ServerProcess = startProcess(env)
  try {
    const client = new FileClient(await server.listening)
    await client.completeSetup({ setupToken: readFileSync(`${folder}/setup-token`, 'utf8').trim(), username: 'camp', password })
    for (const { folder: path } of crew) await client.change('createFolder', { path })
    let origin = client.origin
    const connect = () => {
      const next = new FileClient(origin)
      next.cookie = client.cookie
      return next
    }
    for (let kill = 1; kill <= kills && faults.length === 0; kill++) {
      const work = Promise.all(crew.map((worker) => worker.run(connect())))
      work.catch(() => {})
      await afterSome(crew, Math.floor(chance() * 24))
      await pause(chance() * 60)
      server.child.kill('SIGKILL')
      await server.ended
      await work.catch((error: unknown) => faults.push(String(error)))
      server = startProcess(env)
      origin = await server.listening
      for (const worker of crew) faults.push(...(await worker.check(connect())).map((fault) => `kill ${kill}, ${worker.folder} ${fault}`))
      if (kill % 50 === 0) said(`${kill} kills, ${crew.reduce((sum, { done }) => sum + done, 0)} operations`)
    }
    faults.push(...(await leftovers(folder, connect())))
  } finally {
    server.child.kill('SIGKILL')
    await server.ended
    rmSync(folder, { recursive: true, force: true })
  }
  return {
    kills,
    operations: crew.reduce((sum, { done }) => sum + done, 0),
    bytesSent: crew.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    faults,
  }
}

/** Until so many more operations were acknowledged, however fast the machine is; ten seconds at most. */
async function afterSome(crew: readonly Worker[], operations: number): Promise<void> {
  const done = () => crew.reduce((sum, worker) => sum + worker.done, 0)
  const [goal, deadline] = [done() + operations, performance.now() + 10_000]
  while (done() < goal && performance.now() < deadline) await pause(5)
}

/** Ends what uploads are still open, and says what stays below the server's own folder all the same. */
async function leftovers(folder: string, client: FileClient): Promise<string[]> {
  const { data } = await client.graphql('{ uploads { id } }')
  for (const { id } of (data?.uploads ?? []) as { id: string }[])
    await client.fetch(`/uploads/${id}`, { method: 'DELETE', headers: { 'tus-resumable': '1.0.0', 'x-baluhost-csrf': '1' } })
  const own = `${folder}/storage/.baluhost`
  const left = () =>
    ownFolders.flatMap((name) => (existsSync(`${own}/${name}`) ? readdirSync(`${own}/${name}`).map((entry) => `${name}/${entry}`) : []))
  for (let tries = 0; tries < 50 && left().length > 0; tries++) await pause(200)
  return left().map((entry) => `${entry} is left over`)
}
