import { JobKindUnknown } from './errors.ts'
import type { JobKind } from './kind.ts'

/** All kinds of work that this server knows. */
export class JobKinds {
  readonly #kinds = new Map<string, JobKind>()

  /** Each domain brings its own. Throws when two have the same name: that is a mistake in the code. */
  register<Input extends object, Result extends object, Checkpoint>(kind: JobKind<Input, Result, Checkpoint>): void {
    if (!/^[a-z][a-z0-9_]{1,63}$/.test(kind.name)) throw new Error(`${kind.name} is no name for a kind of job.`)
    if (this.#kinds.has(kind.name)) throw new Error(`Two kinds of job are called ${kind.name}.`)
    this.#kinds.set(kind.name, kind as unknown as JobKind)
  }

  get names(): string[] {
    return [...this.#kinds.keys()]
  }

  list(): JobKind[] {
    return [...this.#kinds.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  find(name: string): JobKind | null {
    return this.#kinds.get(name) ?? null
  }

  /** Throws JOB_KIND_UNKNOWN. */
  require(name: string): JobKind {
    const kind = this.#kinds.get(name)
    if (!kind) throw new JobKindUnknown(name)
    return kind
  }
}
