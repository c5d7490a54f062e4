import type { Catalogue } from './catalogue'
import { auth } from './de/auth'
import { errors } from './de/errors'
import { files } from './de/files'
import { overview } from './de/overview'
import { settings } from './de/settings'
import { shell } from './de/shell'
import { storage } from './de/storage'

export const de = { auth, errors, files, overview, settings, shell, storage } satisfies Catalogue
