import type { en } from './en'
import type { PageWords } from './page-words.types'

declare module 'use-intl' {
  interface AppConfig {
    Messages: typeof en & PageWords
  }
}
