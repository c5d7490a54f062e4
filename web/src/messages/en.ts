import { auth } from './en/auth'
import { errors } from './en/errors'
import { files } from './en/files'
import { overview } from './en/overview'
import { settings } from './en/settings'
import { shell } from './en/shell'
import { storage } from './en/storage'

/** English decides the keys; every other language is checked against it. ICU messages, one file per feature. */
export const en = { auth, errors, files, overview, settings, shell, storage } as const
