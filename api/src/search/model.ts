/** What people call a kind of file, told by the ending of the name. */
export const fileKinds = ['FOLDER', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'ARCHIVE', 'CODE'] as const
export type FileKind = (typeof fileKinds)[number]

/** Endings of each kind, lower case. A folder has none. */
export const endings: Readonly<Record<Exclude<FileKind, 'FOLDER'>, readonly string[]>> = {
  IMAGE: [
    'jpg',
    'jpeg',
    'png',
    'gif',
    'webp',
    'avif',
    'heic',
    'heif',
    'tif',
    'tiff',
    'bmp',
    'svg',
    'raw',
    'dng',
    'cr2',
    'cr3',
    'nef',
    'arw',
  ],
  VIDEO: ['mp4', 'm4v', 'mov', 'mkv', 'webm', 'avi', 'mpg', 'mpeg', 'wmv', 'mts', 'm2ts', '3gp', 'ogv'],
  AUDIO: ['mp3', 'm4a', 'aac', 'flac', 'ogg', 'oga', 'opus', 'wav', 'wma', 'aif', 'aiff', 'mid'],
  DOCUMENT: [
    'pdf',
    'txt',
    'md',
    'rtf',
    'doc',
    'docx',
    'odt',
    'xls',
    'xlsx',
    'ods',
    'csv',
    'ppt',
    'pptx',
    'odp',
    'epub',
    'pages',
    'numbers',
    'key',
  ],
  ARCHIVE: ['zip', 'tar', 'gz', 'tgz', 'bz2', 'xz', 'zst', '7z', 'rar', 'iso', 'img', 'dmg'],
  CODE: [
    'ts',
    'tsx',
    'js',
    'jsx',
    'mjs',
    'py',
    'rb',
    'go',
    'rs',
    'c',
    'h',
    'cpp',
    'hpp',
    'java',
    'kt',
    'swift',
    'php',
    'sh',
    'sql',
    'json',
    'yaml',
    'yml',
    'toml',
    'xml',
    'html',
    'css',
  ],
}

/** Which entries. What is null does not matter. */
export interface SearchFilter {
  readonly kind: FileKind | null
  /** Only below this folder. */
  readonly folder: string | null
  /** Bytes. Folders have none, and are left out by either. */
  readonly minimumSize: number | null
  readonly maximumSize: number | null
  readonly modifiedSince: Date | null
  readonly modifiedBefore: Date | null
}

/** Words that all must be in the name, folded as names are: see searchKeyOf. */
export type Words = readonly string[]

/** Longer is no name. */
export const longestQuery = 200
const mostWords = 8
/** Fewer letters are no index of three: such a word is only looked for at the beginning of a name, or beside longer ones. */
export const indexedLetters = 3

/** The words of what was typed; none when there is nothing to look for. */
export function wordsOf(query: string, fold: (text: string) => string): Words {
  return [...new Set(fold(query).split(/\s+/).filter(Boolean))].slice(0, mostWords)
}
