import type { AuditEntry } from './model.ts'

export const exportFormats = ['csv', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

const columns = [
  'sequence',
  'id',
  'at',
  'actorId',
  'actorName',
  'keyId',
  'address',
  'client',
  'requestId',
  'action',
  'target',
  'result',
  'before',
  'after',
  'details',
  'hash',
] as const satisfies readonly (keyof AuditEntry)[]

export const csvHead = `${columns.join(',')}\r\n`

/** RFC 4180. */
export function csvLine(entry: AuditEntry): string {
  return `${columns.map((column) => cell(entry[column])).join(',')}\r\n`
}

/** All fields of an entry in this order, as they go into its hash, and the hash. */
export function jsonLine(entry: AuditEntry): string {
  return `${JSON.stringify(Object.fromEntries(columns.map((column) => [column, entry[column] ?? null])))}\n`
}

/**
 * What a table program would take for a formula gets an apostrophe before it: names and paths are chosen by people
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = value instanceof Date ? value.toISOString() : typeof value === 'string' ? value : JSON.stringify(value)
  const harmless = /^[\s\uFEFF]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|^[\t\r\n]/.test(text) ? `'${text}` : text
  return `"${harmless.replaceAll('"', '""')}"`
}
