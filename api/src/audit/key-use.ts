import { readFile } from 'node:fs/promises'
import type { Database } from '../platform/db.ts'
import type { KeyUse } from '../platform/key-rotation.ts'

/** Entries are hashed once for all: the key that hashed them must stay, or they could not be checked any more. */
export function auditHashes({ database, headFile }: { database: Database; headFile: string }): KeyUse {
  return {
    name: 'entries of the audit log',
    async isUsed(keyId) {
      const startsWith = `${keyId}:`
      if (await database.auditEntry.findFirst({ where: { hash: { startsWith } }, select: { sequence: true } })) return true
      const by = [{ headHash: { startsWith } }, { prunedHash: { startsWith } }, { seal: { startsWith } }]
      if (await database.auditChain.findFirst({ where: { OR: by }, select: { id: true } })) return true
      const remembered = await readFile(headFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      return remembered.includes(`"${startsWith}`)
    },
  }
}
