import type { z } from 'zod'
import { stateTopic } from '../platform/bus.ts'

/** Something that administrators may adjust while the server runs. Each domain defines its own, in its own settings file. */
export interface SettingDefinition<T> {
  /** `domain.name`. */
  readonly key: string
  readonly schema: z.ZodType<T>
  readonly preset: T
}

export function defineSetting<T>(definition: SettingDefinition<T>): SettingDefinition<T> {
  return definition
}

/** Published under the key of a setting that has changed. */
export const settingChanged = stateTopic<{ readonly key: string }>('settings.changed')
