import { openStates } from '../jobs/model.ts'
import type { Database } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { FileNotFound, NameTaken } from './errors.ts'
import type { Jail } from './jail.ts'
import type { OpenFolder } from './open-folder.ts'
import { reservedName } from './path.ts'
import { Removals } from './removals.ts'

const stagingName = 'copying'
/** What is copied stands under this name in its job's folder until it gets its own. */
export const wholeName = 'whole'

/** Where copies are made before anybody sees them: a folder for each job, on the storage's own file system. */
export class CopyStaging {
  readonly #deps: { readonly database: Database; readonly jail: Jail; readonly removals: Removals }

  constructor(deps: { readonly database: Database; readonly jail: Jail; readonly removals: Removals }) {
    this.#deps = deps
  }

  /** The folder of a job, made when there is none. What is whole in it stays; parts of an attempt that was killed go. */
  async open(jobId: string): Promise<OpenFolder> {
    await using top = await this.#top()
    await makeOnce(top, jobId)
    const folder = await top.openFolder(jobId)
    try {
      for await (const batch of folder.names()) for (const { raw } of batch) if (raw.toString() !== wholeName) await folder.removeFile(raw)
      return folder
    } catch (error) {
      await folder.close()
      throw error
    }
  }

  /** Takes everything of a job away at once; its bytes are given back in the background. */
  async drop(jobId: string): Promise<void> {
    const { jail, removals } = this.#deps
    await using top = await this.#top()
    await using removing = await jail.walk(Removals.path)
    try {
      await top.moveOver(jobId, removing, createId())
    } catch (error) {
      if (!(error instanceof FileNotFound)) throw error
    }
    removals.wake()
  }

  /** Drops what is left of jobs that are over: a process that was killed while its job was cancelled leaves it. */
  async sweep(): Promise<void> {
    await using top = await this.#top()
    for await (const batch of top.names()) {
      const names = batch.map(({ raw }) => raw.toString())
      const open = await this.#deps.database.job.findMany({
        // One that is cancelled may be giving its copy the name at this moment: what it leaves goes once it has ended.
        where: { id: { in: names }, OR: [{ state: 'RUNNING' }, { state: { in: openStates }, cancelRequestedAt: null }] },
        select: { id: true },
      })
      const wanted = new Set(open.map(({ id }) => id))
      for (const name of names) if (!wanted.has(name)) await this.drop(name)
    }
  }

  async #top(): Promise<OpenFolder> {
    await using own = await this.#deps.jail.walk([reservedName])
    await makeOnce(own, stagingName)
    return await own.openFolder(stagingName)
  }
}

async function makeOnce(parent: OpenFolder, name: string): Promise<void> {
  try {
    await parent.makeFolder(name)
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error
  }
}
