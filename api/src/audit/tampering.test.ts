import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { readHeadFile } from './head-file.ts'
import { Seals } from './seals.ts'
import { testAudit, testSecrets } from './test-audit.ts'
import { type AuditVerification, verifyChain } from './verify.ts'

const log = pino({ level: 'silent' })
const rows = 24
const secrets = testSecrets()
const seals = new Seals(secrets)

/** Every column but the place itself, with another value of its kind. */
const columns = [
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
] as const

describe.each(await testedProviders())('an audit log on %s that somebody tampered with', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  let folder: string
  let headFile: string
  let entries: Awaited<ReturnType<Database['auditEntry']['findMany']>>
  let chain: Awaited<ReturnType<Database['auditChain']['findUniqueOrThrow']>>

  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    folder = mkdtempSync(`${tmpdir()}/baluhost-audit-`)
    headFile = `${folder}/audit-head`
    const audit = testAudit(database, { secrets, headFile, log })
    await audit.start()
    for (let index = 1; index <= rows; index++) {
      await audit.record(index % 3 ? testActor('anna') : { kind: 'system', reason: 'test' }, {
        action: ['files.delete', 'users.change', 'settings.change'][index % 3] ?? '',
        target: `/anna/${index} ü \u0000 \ud800`,
        result: index % 5 ? 'ok' : 'FORBIDDEN',
        ...(index % 2 ? { before: { role: 'USER', quota: null, n: 1.5e21 }, after: { role: 'VIEWER', tags: ['b', 'a'] } } : {}),
        details: { index, text: 'a "quote", \\ and \u2028' },
      })
    }
    await audit.stop()
    entries = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
    chain = await database.auditChain.findUniqueOrThrow({ where: { id: 1 } })
  })
  afterAll(async () => {
    await drop()
    rmSync(folder, { recursive: true })
  })

  const verify = () => verifyChain({ database, seals, remembered: () => readHeadFile(headFile, seals) })
  const sql = (text: string) => database.$executeRawUnsafe(text)
  const value = (text: unknown) => (text === null ? 'NULL' : `'${String(text).replaceAll("'", "''")}'`)
  const restore = async () => {
    await database.auditEntry.deleteMany()
    await database.auditChain.deleteMany()
    await database.auditChain.create({ data: chain })
    await database.auditEntry.createMany({
      data: entries.map(({ before, after, details, ...row }) => ({
        ...row,
        ...(before === null ? {} : { before }),
        ...(after === null ? {} : { after }),
        ...(details === null ? {} : { details }),
      })),
    })
  }
  const afterTampering = async (tamper: () => Promise<unknown>): Promise<AuditVerification> => {
    try {
      await tamper()
      return await verify()
    } finally {
      await restore()
    }
  }
  const first = (verification: AuditVerification) => [verification.faults[0]?.kind, verification.faults[0]?.sequence]
  const edit = (sequence: number, column: (typeof columns)[number]) => {
    if (column === 'at') return sql(`UPDATE "AuditEntry" SET "at" = '2020-01-01T00:00:00.000+00:00' WHERE "sequence" = ${sequence}`)
    const changed = ['before', 'after', 'details'].includes(column) ? '{"index":"else"}' : 'else'
    return sql(`UPDATE "AuditEntry" SET "${column}" = '${changed}' WHERE "sequence" = ${sequence}`)
  }
  /** Exchanges two rows; with `wholly` their hashes as well. */
  const swap = async (a: number, b: number, wholly = true) => {
    const [one, other] = [entries[a - 1], entries[b - 1]]
    if (!one || !other) throw new Error('no such rows')
    for (const [place, row] of [
      [a, other],
      [b, one],
    ] as const) {
      await sql(`UPDATE "AuditEntry" SET "id" = 'temporary-${place}' WHERE "sequence" = ${place}`)
      const kept = { hash: wholly ? row.hash : (entries[place - 1]?.hash ?? '') }
      const { sequence: _, id: __, before, after, details, ...rest } = row
      await database.auditEntry.update({ where: { sequence: place }, data: { ...rest, ...kept } })
      for (const [column, json] of Object.entries({ before, after, details }))
        await sql(`UPDATE "AuditEntry" SET "${column}" = ${value(json === null ? null : JSON.stringify(json))} WHERE "sequence" = ${place}`)
    }
    await sql(`UPDATE "AuditEntry" SET "id" = '${other.id}' WHERE "sequence" = ${a}`)
    await sql(`UPDATE "AuditEntry" SET "id" = '${one.id}' WHERE "sequence" = ${b}`)
  }

  test('untouched it is whole, also once restored as the tests below do', async () => {
    const whole = { checked: rows, from: 1, to: rows, faults: [], reason: null }
    expect(await verify()).toEqual(whole)
    await restore()
    expect(await verify()).toEqual(whole)
  })

  test('any column of any row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: rows }), fc.constantFrom(...columns), async (sequence, column) => {
        expect(first(await afterTampering(() => edit(sequence, column)))).toEqual(['EDITED', sequence])
      }),
      { numRuns: 60 },
    )
  })

  test('each column at least once, and an emptied one', async () => {
    for (const column of columns) expect(first(await afterTampering(() => edit(7, column))), column).toEqual(['EDITED', 7])
    for (const column of ['actorId', 'address', 'target', 'before'])
      expect(first(await afterTampering(() => sql(`UPDATE "AuditEntry" SET "${column}" = NULL WHERE "sequence" = 7`))), column).toEqual([
        'EDITED',
        7,
      ])
  })

  test.each([1, 2, 12, rows - 1])('row %i taken out', async (sequence) => {
    const found = await afterTampering(() => sql(`DELETE FROM "AuditEntry" WHERE "sequence" = ${sequence}`))
    expect(found.faults).toEqual([{ kind: 'REMOVED', sequence, until: sequence }])
  })

  test('the last rows cut off', async () => {
    const found = await afterTampering(() => sql(`DELETE FROM "AuditEntry" WHERE "sequence" > ${rows - 3}`))
    expect(found.faults).toEqual([{ kind: 'TRUNCATED', sequence: rows - 2, until: rows }])
  })

  test('all rows taken, and the row about the chain as well', async () => {
    expect((await afterTampering(() => sql('DELETE FROM "AuditEntry"'))).faults).toEqual([{ kind: 'TRUNCATED', sequence: 1, until: rows }])
    const nothing = async () => {
      await sql('DELETE FROM "AuditEntry"')
      await sql('DELETE FROM "AuditChain"')
    }
    expect((await afterTampering(nothing)).faults).toEqual([{ kind: 'ROLLED_BACK', sequence: 1, until: rows }])
  })

  test('any two rows exchanged, with or without their hashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: rows }), { minLength: 2, maxLength: 2 }),
        fc.boolean(),
        async (pair, wholly) => {
          const [a = 0, b = 0] = pair.sort((x, y) => x - y)
          const found = await afterTampering(() => swap(a, b, wholly))
          expect(first(found)).toEqual(['REORDERED', a])
          expect(found.faults.map(({ sequence }) => sequence)).toContain(b)
        },
      ),
      { numRuns: 25 },
    )
  })

  test('a forged row: in the middle, before the beginning, at the end, in the place of a genuine one', async () => {
    const forge = (sequence: number, hash = entries[4]?.hash) =>
      sql(
        `INSERT INTO "AuditEntry" ("sequence", "id", "at", "actorName", "action", "result", "hash") VALUES (${sequence}, 'forged', '2026-11-20T20:00:00.000+00:00', 'anna', 'files.delete', 'ok', '${hash}')`,
      )
    expect(first(await afterTampering(() => forge(rows + 1)))).toEqual(['FORGED', rows + 1])
    expect(first(await afterTampering(() => forge(0)))).toEqual(['FORGED', 0])
    const replace = async () => {
      await sql('DELETE FROM "AuditEntry" WHERE "sequence" = 9')
      await forge(9)
    }
    expect(first(await afterTampering(replace))).toEqual(['EDITED', 9])
    const pushIn = async () => {
      for (let sequence = rows; sequence >= 9; sequence--)
        await sql(`UPDATE "AuditEntry" SET "sequence" = ${sequence + 1} WHERE "sequence" = ${sequence}`)
      await forge(9)
    }
    const pushed = await afterTampering(pushIn)
    expect(pushed.faults[0]?.sequence).toBe(9)
    // With a hash that the server never gave, of a key it never had.
    expect(first(await afterTampering(() => sql(`UPDATE "AuditEntry" SET "hash" = 'zz:00' WHERE "sequence" = 3`)))).toEqual(['EDITED', 3])
  })

  test('any field of the row about the chain', async () => {
    const changes = [
      '"headSequence" = 23',
      '"headSequence" = 25',
      `"headHash" = '${entries[3]?.hash}'`,
      '"prunedSequence" = 3',
      `"prunedHash" = '${entries[3]?.hash}'`,
      `"seal" = ''`,
      `"seal" = 'x:00'`,
    ]
    for (const change of changes) {
      const { faults } = await afterTampering(() => sql(`UPDATE "AuditChain" SET ${change}`))
      expect(
        faults.map(({ kind }) => kind),
        change,
      ).toContain('SEAL')
    }
    expect((await afterTampering(() => sql('DELETE FROM "AuditChain"'))).faults.map(({ kind }) => kind)).toEqual(['SEAL'])
  })

  test('the beginning moved on and the rows before it taken, as retention would', async () => {
    const found = await afterTampering(async () => {
      await sql('DELETE FROM "AuditEntry" WHERE "sequence" <= 5')
      await sql(`UPDATE "AuditChain" SET "prunedSequence" = 5, "prunedHash" = '${entries[4]?.hash}'`)
    })
    expect(found.faults.map(({ kind }) => kind)).toEqual(['SEAL'])
  })

  test('an older copy of the whole database in its place: the data folder remembers', async () => {
    const younger = testAudit(database, { secrets, headFile, log })
    try {
      await younger.start()
      await younger.record(testActor('eve'), { action: 'users.delete', target: 'ada', result: 'ok' })
      await younger.stop()
      expect((await verify()).faults).toEqual([])
      await restore()
      expect((await verify()).faults).toEqual([{ kind: 'ROLLED_BACK', sequence: rows + 1, until: rows + 1 }])
      // Other rows where the taken ones were, as a server gives them that has no memory.
      const forgetful = testAudit(database, { secrets, log })
      await forgetful.record(testActor('eve'), { action: 'users.create', target: 'eve', result: 'ok' })
      expect((await verify()).faults).toEqual([{ kind: 'REPLACED', sequence: rows + 1, until: rows + 1 }])
    } finally {
      await restore()
      // What it remembers must be of the restored rows again.
      rmSync(headFile)
      const again = testAudit(database, { secrets, headFile, log })
      await again.start()
      await again.stop()
    }
    expect((await verify()).faults).toEqual([])
  })

  test('several faults are told by their places', async () => {
    const found = await afterTampering(async () => {
      await edit(20, 'actorName')
      await sql('DELETE FROM "AuditEntry" WHERE "sequence" IN (8, 9)')
      await edit(3, 'result')
    })
    expect(found.faults).toEqual([
      { kind: 'EDITED', sequence: 3, until: 3 },
      { kind: 'REMOVED', sequence: 8, until: 9 },
      { kind: 'EDITED', sequence: 20, until: 20 },
    ])
  })

  test('random tampering of any kind never passes', async () => {
    const place = fc.integer({ min: 1, max: rows })
    const tampering = fc.oneof(
      fc.record({ kind: fc.constant('edit' as const), place, column: fc.constantFrom(...columns) }),
      fc.record({ kind: fc.constant('remove' as const), place, count: fc.integer({ min: 1, max: 4 }) }),
      fc.record({ kind: fc.constant('copy' as const), place, from: place }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(tampering, { minLength: 1, maxLength: 5 }), async (steps) => {
        let changed = false
        const { faults } = await afterTampering(async () => {
          for (const step of steps) {
            if (step.kind === 'edit') await edit(step.place, step.column).catch(() => {})
            else if (step.kind === 'remove')
              await sql(`DELETE FROM "AuditEntry" WHERE "sequence" >= ${step.place} AND "sequence" < ${step.place + step.count}`)
            else
              await sql(
                `UPDATE "AuditEntry" SET "target" = (SELECT "target" FROM "AuditEntry" WHERE "sequence" = ${step.from}), "hash" = (SELECT "hash" FROM "AuditEntry" WHERE "sequence" = ${step.from}) WHERE "sequence" = ${step.place}`,
              ).catch(() => {})
          }
          const now = await database.auditEntry.findMany({ orderBy: { sequence: 'asc' } })
          changed = JSON.stringify(now) !== JSON.stringify(entries)
        })
        expect(faults.length > 0).toBe(changed)
      }),
      { numRuns: 60 },
    )
  })
})
