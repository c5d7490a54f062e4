import { createMasterKeyLine, type MasterKey, masterKeyLine, parseMasterKeys, readMasterKeys, Secrets, writeMasterKeys } from './secrets.ts'
import { StartFault } from './start-fault.ts'

/** A sealed value and what it belongs to. */
export interface SealedValue {
  /** Of its row. */
  readonly id: string
  /** What it was sealed for; see Secrets.seal. */
  readonly context: string
  readonly sealed: string
}

/** A column that holds sealed values. Every domain that seals something tells of its own. */
export interface SealedPlace {
  /** For people: `secrets of authenticators`. */
  readonly name: string
  /** Up to `limit` values of the rows after `after`, in the order of their ids. */
  read(after: string | null, limit: number): Promise<readonly SealedValue[]>
  /** Puts `to` in its place, unless it is not `from` any more: then whoever changed it sealed it anew. */
  replace(id: string, from: string, to: string): Promise<void>
}

/** Something that cannot be sealed anew and needs the key it was made with: signatures, what is gone in a minute. */
export interface KeyUse {
  readonly name: string
  isUsed(keyId: string): Promise<boolean>
}

export interface RotationDeps {
  /** The key file of the data folder. */
  readonly file: string
  readonly places: readonly SealedPlace[]
  readonly uses: readonly KeyUse[]
  /** True while a server may be about to write what it sealed with a key that has just been rotated out. */
  readonly mayBeWritten: boolean
}

export interface Rotation {
  readonly keyId: string
  readonly sealedAnew: number
  /** Ids of the keys that are gone. */
  readonly dropped: readonly string[]
  /** Those that are kept, and what for. */
  readonly kept: readonly { readonly keyId: string; readonly for: string }[]
}

const atOnce = 200

/**
 * Replaces the master key. The order is what makes a stop at any point harmless: the new key is on the disk before anything is
 * sealed with it, and an old one goes only after nothing needs it. What was begun and not ended, the next rotation ends.
 */
export async function rotateMasterKey({ file, places, uses, mayBeWritten }: RotationDeps): Promise<Rotation> {
  const before = readMasterKeys(file)
  const created = createKey(before)
  await writeMasterKeys(file, [created, ...before].map(masterKeyLine).join('\n'))
  const secrets = new Secrets([created, ...before])
  let sealedAnew = 0
  for (const place of places) sealedAnew += await sealAnew(place, secrets)
  const sealing = await placesByKey(places)
  const needs = await Promise.all(
    before.map(async (key) => ({
      key,
      for: sealing.get(key.id) ?? (await useOf(key, uses)) ?? (mayBeWritten ? 'what the running server is writing' : null),
    })),
  )
  const kept = needs.flatMap(({ for: reason, key }) => (reason === null ? [] : [{ key, for: reason }]))
  const dropped = needs.filter((each) => each.for === null).map(({ key }) => key.id)
  if (dropped.length > 0) await writeMasterKeys(file, [created, ...kept.map(({ key }) => key)].map(masterKeyLine).join('\n'))
  return { keyId: created.id, sealedAnew, dropped, kept: kept.map(({ for: reason, key }) => ({ keyId: key.id, for: reason })) }
}

/** Seals with the present key what an older one sealed. Returns how many values. */
export async function sealAnew(place: SealedPlace, secrets: Secrets): Promise<number> {
  let count = 0
  for await (const { context, id, sealed } of valuesOf(place)) {
    if (secrets.isCurrent(sealed)) continue
    try {
      await place.replace(id, sealed, secrets.seal(context, secrets.open(context, sealed)))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new StartFault(
        `One of the ${place.name} (${id}) cannot be opened: ${reason} Nothing is lost: all keys are kept. Restore the missing key, or remove what is damaged, and run it again.`,
      )
    }
    count += 1
  }
  return count
}

async function* valuesOf(place: SealedPlace): AsyncGenerator<SealedValue> {
  let after: string | null = null
  for (;;) {
    const values: readonly SealedValue[] = await place.read(after, atOnce)
    yield* values
    after = values.at(-1)?.id ?? null
    if (values.length < atOnce) return
  }
}

/** The name of a place where something is still sealed with it, for each such key. */
async function placesByKey(places: readonly SealedPlace[]): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const place of places) {
    for await (const { sealed } of valuesOf(place)) {
      const keyId = sealed.split('.')[1]
      if (keyId) found.set(keyId, place.name)
    }
  }
  return found
}

async function useOf({ id }: MasterKey, uses: readonly KeyUse[]): Promise<string | null> {
  for (const use of uses) if (await use.isUsed(id)) return use.name
  return null
}

function createKey(existing: readonly MasterKey[]): MasterKey {
  for (;;) {
    const [key] = parseMasterKeys(createMasterKeyLine(), 'memory')
    if (key && !existing.some(({ id }) => id === key.id)) return key
  }
}
