import { hidden, json, type OfferedTables, shown } from '../columns.ts'

const audited = 'values of the audit log: its writers give it no secret'

export const serverTables: OfferedTables<'Setting' | 'Setup' | 'AuditEntry' | 'AuditChain'> = {
  Setting: {
    category: 'SETTINGS',
    key: ['key'],
    indexed: [],
    columns: {
      key: shown('text'),
      value: hidden('whatever a setting needs, also what opens another service; the settings page shows what may be seen'),
      changedAt: shown('time'),
    },
  },
  Setup: {
    category: 'SETTINGS',
    key: ['id'],
    indexed: [],
    columns: {
      id: shown('number'),
      completedAt: shown('time'),
    },
  },
  AuditEntry: {
    category: 'AUDIT',
    key: ['sequence'],
    indexed: ['at', 'actorId', 'action'],
    columns: {
      sequence: shown('number'),
      id: shown('id'),
      at: shown('time'),
      actorId: shown('id?'),
      actorName: shown('text'),
      keyId: shown('id?'),
      address: shown('text?'),
      client: shown('text?'),
      requestId: shown('text?'),
      action: shown('text'),
      target: shown('text?'),
      result: shown('text'),
      before: json(audited, true),
      after: json(audited, true),
      details: json(audited, true),
      // An HMAC: whoever has it can neither make another nor learn the key.
      hash: shown('text'),
    },
  },
  AuditChain: {
    category: 'AUDIT',
    key: ['id'],
    indexed: [],
    columns: {
      id: shown('number'),
      headSequence: shown('number'),
      headHash: shown('text'),
      prunedSequence: shown('number'),
      prunedHash: shown('text'),
      seal: shown('text'),
    },
  },
}
