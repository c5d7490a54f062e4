import { auth } from './en/auth'
import { errors } from './en/errors'
import { files } from './en/files'
import { overview } from './en/overview'
import { people } from './en/people'
import { shell } from './en/shell'
import { storage } from './en/storage'

/** English decides the keys; every other language is checked against it. ICU messages, one file per feature. */
export const en = { auth, errors, files, overview, people, shell, storage } as const
