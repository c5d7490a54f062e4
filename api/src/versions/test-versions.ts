import type { Actor } from '../auth/model.ts'
import type { TestStorage } from '../files/test-storage.ts'
import type { SettingDefinition } from '../settings/model.ts'
import { VersionsService } from './service.ts'
import type { VersionRules } from './settings.ts'

/** The versions of a storage, with rules as administrators would have set them. */
export function testVersions({ audited, kept, removals, tree, versions }: TestStorage): VersionsService {
  const settings = {
    get: <T>(_definition: SettingDefinition<T>) => kept.rules as T,
    set: async <T>(_actor: unknown, _definition: SettingDefinition<T>, value: T | null) => {
      kept.rules = value as VersionRules
      return value as T
    },
  }
  const audit = { record: async (_actor: Actor, record: TestStorage['audited'][number]) => void audited.push(record) }
  return new VersionsService({ tree, store: versions, removals, settings, audit })
}
