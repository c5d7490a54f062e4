import {
  File,
  FileArchive,
  FileAudio,
  FileCode,
  FileImage,
  FileSpreadsheet,
  FileText,
  FileVideo,
  FolderClosed,
  type LucideIcon,
} from 'lucide-react'

export type FileKind = 'folder' | 'image' | 'video' | 'audio' | 'pdf' | 'text' | 'code' | 'sheet' | 'archive' | 'other'

const textEndings = /\.(txt|md|markdown|log|csv|tsv|ini|conf|cfg|env|srt|vtt|nfo)$/i
const codeEndings =
  /\.(json|ya?ml|toml|xml|html?|css|[cm]?[jt]sx?|py|rb|rs|go|java|kt|c|h|cpp|hpp|cs|sh|bash|zsh|sql|php|lua|diff|patch|graphql)$/i
const sheetTypes = /spreadsheet|excel|numbers/
const archiveTypes = /zip|tar|compressed|x-7z|x-rar|x-bzip|gzip|zstd|x-xz|java-archive|x-iso9660/
const textTypes = /^text\/|^application\/(json|xml|x-sh|javascript|x-yaml|yaml|toml|sql)/

/** What a file is to a person. The name decides where the media type says little. */
export function kindOf({ name, mimeType, isFolder }: { name: string; mimeType: string | null; isFolder: boolean }): FileKind {
  if (isFolder) return 'folder'
  const type = mimeType ?? ''
  if (type === 'application/pdf') return 'pdf'
  if (codeEndings.test(name)) return 'code'
  if (textEndings.test(name)) return 'text'
  for (const kind of ['image', 'video', 'audio'] as const) {
    if (type.startsWith(`${kind}/`)) return kind
  }
  if (sheetTypes.test(type)) return 'sheet'
  if (archiveTypes.test(type)) return 'archive'
  return textTypes.test(type) ? 'text' : 'other'
}

export const kindIcons: Record<FileKind, LucideIcon> = {
  folder: FolderClosed,
  image: FileImage,
  video: FileVideo,
  audio: FileAudio,
  pdf: FileText,
  text: FileText,
  code: FileCode,
  sheet: FileSpreadsheet,
  archive: FileArchive,
  other: File,
}

/** Colour only helps to find what the icon's shape says. */
export const kindTones: Record<FileKind, string> = {
  folder: 'text-accent',
  image: 'text-good',
  video: 'text-info',
  audio: 'text-warn',
  pdf: 'text-bad',
  text: 'text-ink-soft',
  code: 'text-info',
  sheet: 'text-good',
  archive: 'text-warn',
  other: 'text-ink-soft',
}
