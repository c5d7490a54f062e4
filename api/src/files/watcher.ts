import { type FSWatcher, watch } from 'node:fs'
import type { Bus } from '../platform/bus.ts'
import type { Log } from '../platform/log.ts'
import { FileNotFound, NotAFolder, PathOutsideStorage } from './errors.ts'
import { folderChanged } from './model.ts'
import { isWithin, type StoragePath } from './path.ts'
import type { FileTree } from './tree.ts'

/** How long changes are gathered before the folder is looked at. */
const gatherMilliseconds = 250
/** With more names than this the whole folder is read instead. */
const mostNames = 200
/** inotify watches are a resource of the whole machine; folders beyond this number are only looked at when listed. */
const mostWatches = 256

interface Watched {
  path: StoragePath
  watcher: FSWatcher | null
  names: Set<string> | 'all'
  timer: NodeJS.Timeout | null
  looking: boolean
}

/**
 * Watches the folders that somebody looks at now, so that what a shell, Samba or NFS changes there appears without
 * anybody asking. inotify tells; the disk is then looked at and the tree publishes what differs.
 */
export class FolderWatcher {
  readonly #deps: { readonly tree: FileTree; readonly bus: Bus; readonly log: Log }
  readonly #watched = new Map<number, Watched>()
  readonly #stopListening: () => void
  #closed = false
  #failure: unknown = null

  constructor(deps: { readonly tree: FileTree; readonly bus: Bus; readonly log: Log }) {
    this.#deps = deps
    this.#stopListening = deps.bus.onDemand(folderChanged, { wanted: () => {}, unwanted: (key) => this.#release(Number(key)) })
  }

  /** Watches a folder until its last reader leaves. The path is where it is now. */
  async hold(folderId: number, path: StoragePath): Promise<void> {
    if (this.#closed) return
    const known = this.#watched.get(folderId)
    // Somebody may still hold it from where it was before.
    if (known) known.path = path
    if (known) return
    const watched: Watched = { path, watcher: null, names: new Set(), timer: null, looking: false }
    this.#watched.set(folderId, watched)
    if (this.#watched.size > mostWatches) return
    await this.#begin(folderId, watched)
  }

  async #begin(folderId: number, watched: Watched): Promise<void> {
    try {
      await using place = await this.#deps.tree.open(watched.path)
      // Through the descriptor: it is this folder that is watched, whatever its path leads to a moment later.
      const watcher = watch(place.folder.place, { encoding: 'buffer', persistent: false }, (_event, name) =>
        this.#note(folderId, watched, name),
      )
      watcher.on('error', (error) => {
        this.#deps.log.warn({ err: error }, 'a folder cannot be watched any more')
        this.#failure = error
        watcher.close()
        if (watched.watcher === watcher) watched.watcher = null
      })
      if (this.#watched.get(folderId) !== watched) watcher.close()
      else watched.watcher = watcher
    } catch (error) {
      this.#failure = error
      this.#deps.log.warn({ err: error }, 'a folder cannot be watched; it is looked at when it is listed')
    }
    // What happened to it before the watch began, nobody has told.
    if (this.#watched.get(folderId) === watched) this.#schedule(folderId, watched)
  }

  /** For the health of services: folders that somebody looks at, and how many of them the kernel does not tell about. */
  get watching() {
    const all = [...this.#watched.values()]
    const unwatched = all.filter(({ watcher }) => watcher === null).length
    return { closed: this.#closed, folders: all.length, unwatched, failure: unwatched > 0 ? this.#failure : null }
  }

  /** Begins to watch everything anew that somebody looks at. */
  async restart(): Promise<void> {
    this.#failure = null
    for (const [folderId, watched] of [...this.#watched].slice(0, mostWatches)) {
      watched.watcher?.close()
      watched.watcher = null
      await this.#begin(folderId, watched)
    }
  }

  /** The folder at `path` and all below have gone from there: whoever looks at one of them learns it. */
  leave(path: StoragePath): void {
    for (const [folderId, watched] of this.#watched) {
      if (isWithin(watched.path, path)) this.#deps.tree.publish(folderId, { reset: true, gone: true })
    }
  }

  close(): void {
    this.#closed = true
    this.#stopListening()
    for (const folderId of [...this.#watched.keys()]) this.#release(folderId)
  }

  #release(folderId: number): void {
    const watched = this.#watched.get(folderId)
    if (!watched) return
    this.#watched.delete(folderId)
    watched.watcher?.close()
    if (watched.timer) clearTimeout(watched.timer)
  }

  #note(folderId: number, watched: Watched, raw: Buffer | null): void {
    const name = raw?.toString()
    if (watched.names !== 'all') {
      if (name === undefined || watched.names.size >= mostNames) watched.names = 'all'
      else watched.names.add(name)
    }
    this.#schedule(folderId, watched)
  }

  #schedule(folderId: number, watched: Watched): void {
    if (watched.timer || watched.looking) return
    watched.timer = setTimeout(() => {
      watched.timer = null
      watched.looking = true
      void this.#look(folderId, watched)
        .catch((error: unknown) => this.#deps.log.error({ err: error }, 'a watched folder could not be read'))
        .finally(() => {
          watched.looking = false
          if (this.#watched.get(folderId) === watched && (watched.names === 'all' || watched.names.size > 0))
            this.#schedule(folderId, watched)
        })
    }, gatherMilliseconds)
    watched.timer.unref()
  }

  async #look(folderId: number, watched: Watched): Promise<void> {
    const names = watched.names
    watched.names = new Set()
    try {
      await using place = await this.#deps.tree.open(watched.path)
      if (place.row.id !== folderId) return this.#deps.tree.publish(folderId, { reset: true, gone: true })
      if (names === 'all') await this.#deps.tree.refresh(place, true)
      else await this.#deps.tree.refreshNames(place, [...names])
    } catch (error) {
      if (!(error instanceof FileNotFound || error instanceof NotAFolder || error instanceof PathOutsideStorage)) throw error
      this.#deps.tree.publish(folderId, { reset: true, gone: true })
    }
  }
}
