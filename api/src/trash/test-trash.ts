import { createTestStorage, type TestStorage } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import type { SettingDefinition } from '../settings/model.ts'
import { TrashService } from './service.ts'
import { type TrashRetention, trashRetention } from './settings.ts'

export interface TestTrash extends TestStorage {
  readonly service: TrashService
  /** As administrators would have set it. */
  retention: TrashRetention
}

/** The files domain on a folder of its own, with its trash. */
export async function createTestTrash(database: Database, at?: string): Promise<TestTrash> {
  const storage = await createTestStorage(database, at)
  const kept = { retention: trashRetention.preset }
  const settings = {
    get: <T>(_definition: SettingDefinition<T>) => kept.retention as T,
    set: async <T>(_actor: unknown, _definition: SettingDefinition<T>, value: T | null) => {
      kept.retention = value as TrashRetention
      return value as T
    },
  }
  const audit = { record: async (_actor: unknown, record: TestStorage['audited'][number]) => void storage.audited.push(record) }
  return Object.assign(kept, storage, { service: new TrashService({ bin: storage.trash, settings, audit }) })
}
