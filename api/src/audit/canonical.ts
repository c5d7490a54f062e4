import type { AuditDraft } from './model.ts'

/** As long as a path may be. */
const longestText = 4_096

/** Text from outside: bounded, and without what PostgreSQL's text cannot hold. */
export function storable(text: string, longest = longestText): string {
  return text.slice(0, longest).toWellFormed().replaceAll('\u0000', '\ufffd')
}

/** Values as every database gives them back: texts storable, nothing that JSON does not know. */
export function storableValues(values: unknown): unknown {
  if (values === undefined || values === null) return null
  return JSON.parse(JSON.stringify(values), (_name, value: unknown) => {
    if (typeof value === 'string') return storable(value)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storable(name), inner]))
  })
}

/**
 * One text for one entry, whatever database it was read from: the fields in this order as a JSON list, the names of objects
 * sorted (PostgreSQL's jsonb keeps no order of its own). docs/security/audit.md describes it: do not change it.
 */
export function canonicalText(sequence: number, entry: AuditDraft): string {
  return JSON.stringify([
    sequence,
    entry.id,
    entry.at.toISOString(),
    entry.actorId,
    entry.actorName,
    entry.keyId,
    entry.address,
    entry.client,
    entry.requestId,
    entry.action,
    entry.target,
    entry.result,
    sorted(entry.before),
    sorted(entry.after),
    sorted(entry.details),
  ])
}

function sorted(value: unknown): unknown {
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null
  if (Array.isArray(value)) return value.map(sorted)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]))
}
