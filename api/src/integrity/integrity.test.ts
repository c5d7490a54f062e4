import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { untilState } from '../jobs/test-jobs.ts'

const damageFields = 'id path state expected found size settledByName'
const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex')

describe.each(await testedProviders())('integrity of files on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
    await admin.graphql('mutation { updateIntegrity(input: { megabytesPerSecond: 100000 }) { __typename } }')
  })
  afterAll(() => nas.close())

  const disk = (path: string) => `${nas.storageDir}${path}`
  /** A file as it was left long ago. */
  const put = (path: string, content: string, seconds = 1_600_000_000) => {
    writeFileSync(disk(path), content)
    utimesSync(disk(path), seconds, seconds)
  }
  /** What rot does: other bytes, and size and time as they were. */
  const rot = (path: string, at: number, byte: string) => {
    const { mtime, atime } = statSync(disk(path))
    const fd = openSync(disk(path), 'r+')
    writeSync(fd, byte, at)
    closeSync(fd)
    utimesSync(disk(path), atime, mtime)
  }
  const begin = async () => {
    const { data } = await admin.graphql('mutation { startScrub { ... on Job { id kind } ... on Problem { code } } }')
    expect(data.startScrub).toMatchObject({ kind: 'file_scrub' })
    return data.startScrub.id as string
  }
  const scrub = async () => {
    const row = await untilState(nas.database, await begin(), 'SUCCEEDED')
    const log = (await nas.database.jobLogLine.findMany({ where: { jobId: row.id } })).map(({ message }) => message).join('\n')
    return { counts: row.result as Record<string, number>, log }
  }
  const look = async (states: string | null = null) => {
    const { data } = await admin.graphql(
      `query ($states: [FileDamageState!]) { integrity { jobId openDamages quarantined lastScrub { files bytes directBytes damaged changed firstReadings unreadable endedAt }
        damages(states: $states) { totalCount nodes { ${damageFields} } } } }`,
      { states: states === null ? null : [states] },
    )
    return data.integrity
  }
  const decide = async (mutation: string, id: string, client = admin) => {
    const { data, errors } = await client.graphql(
      `mutation ($id: ID!) { ${mutation}(id: $id) { ... on FileDamage { ${damageFields} } ... on Problem { code } } }`,
      { id },
    )
    return data?.[mutation] ?? errors?.[0]?.extensions
  }
  const shaOf = async (path: string) =>
    (await admin.graphql('query ($path: Path!) { file(path: $path) { id sha256 } }', { path })).data.file
  const healthOf = async () => (await admin.graphql('{ service(name: "integrity") { state reason { code } } }')).data.service

  test('every file gets a checksum with the first reading, links and the server’s own aside', async () => {
    expect(await look()).toMatchObject({ lastScrub: null, openDamages: 0 })
    mkdirSync(disk('/ben/a/b'), { recursive: true })
    put('/ben/a/b/deep.txt', 'deep')
    put('/ben/a/one.txt', 'one')
    put('/ben/a/empty', '')
    put('/ben/large.bin', 'x'.repeat(1_000_001))
    symlinkSync('/etc/passwd', disk('/ben/link'))
    const { counts } = await scrub()
    expect(counts).toMatchObject({ files: 4, bytes: 1_000_008, firstReadings: 4, changed: 0, damaged: 0, unreadable: 0 })
    for (const [path, text] of [
      ['/ben/a/b/deep.txt', 'deep'],
      ['/ben/a/empty', ''],
      ['/ben/large.bin', 'x'.repeat(1_000_001)],
    ] as const)
      expect((await shaOf(path)).sha256).toBe(sha256(text))
    const again = (await scrub()).counts
    expect(again).toMatchObject({ files: 4, bytes: 1_000_008, firstReadings: 0, damaged: 0 })
    const { lastScrub } = await look()
    expect(lastScrub).toMatchObject({ files: 4, bytes: 1_000_008, firstReadings: 0 })
    expect(lastScrub.endedAt).not.toBeNull()
  })

  test('a byte that flipped at rest is found, told to whoever watches, and seen in the health of services', async () => {
    const live = admin.live()
    const seen: string[] = []
    const stop = live.subscribe<{ integrityChanged: { openDamages: number; jobId: string | null } }>(
      { query: 'subscription { integrityChanged { openDamages jobId } }' },
      {
        next: ({ data }) => void seen.push(`${data?.integrityChanged.openDamages} ${data?.integrityChanged.jobId ? 'running' : 'idle'}`),
        error: () => {},
        complete: () => {},
      },
    )
    await expect.poll(() => seen).toEqual(['0 idle'])
    rot('/ben/large.bin', 700_000, 'Y')
    const bad = `${'x'.repeat(700_000)}Y${'x'.repeat(300_000)}`
    const { counts, log } = await scrub()
    expect(counts).toMatchObject({ damaged: 1, changed: 0, unreadable: 0 })
    expect(log).toContain('/ben/large.bin is damaged')
    const { openDamages, damages } = await look()
    expect(openDamages).toBe(1)
    expect(damages.nodes).toEqual([
      {
        id: expect.any(String),
        path: '/ben/large.bin',
        state: 'OPEN',
        expected: sha256('x'.repeat(1_000_001)),
        found: sha256(bad),
        size: 1_000_001,
        settledByName: null,
      },
    ])
    expect(await nas.database.auditEntry.findFirst({ where: { action: 'integrity.damage' } })).toMatchObject({ target: '/ben/large.bin' })
    await expect.poll(() => seen.at(-1)).toBe('1 idle')
    expect(seen).toContain('0 running')
    stop()
    await live.dispose()
    await expect.poll(healthOf, { timeout: 15_000 }).toMatchObject({ state: 'DEGRADED', reason: { code: 'FILES_DAMAGED' } })
    // Found again it is no second one, and its checksum is still that of the good content.
    expect((await scrub()).counts).toMatchObject({ damaged: 1 })
    expect((await look()).damages.totalCount).toBe(1)
    expect((await shaOf('/ben/large.bin')).sha256).toBe(sha256('x'.repeat(1_000_001)))
  })

  test('what is right again with the next reading is settled by itself', async () => {
    rot('/ben/large.bin', 700_000, 'x')
    expect((await scrub()).log).toContain('/ben/large.bin is right again')
    expect(await look()).toMatchObject({ openDamages: 0, damages: { nodes: [{ state: 'RESOLVED' }] } })
  })

  test('what a shell has changed gets a new checksum and is told, not called damaged; nor is what it renamed or removed', async () => {
    put('/ben/a/one.txt', 'two', 1_700_000_000)
    renameSync(disk('/ben/a/b/deep.txt'), disk('/ben/a/moved.txt'))
    rmSync(disk('/ben/a/empty'))
    const { counts, log } = await scrub()
    expect(counts).toMatchObject({ files: 3, changed: 1, firstReadings: 0, damaged: 0, unreadable: 0 })
    expect(log).toMatch(/\/ben\/a\/one\.txt was changed by others/)
    expect((await shaOf('/ben/a/one.txt')).sha256).toBe(sha256('two'))
  })

  test('accepted: the content is the right one from now on; only as long as it is what was read', async () => {
    rot('/ben/a/one.txt', 0, 'T')
    await scrub()
    const [damage] = (await look('OPEN')).damages.nodes
    put('/ben/a/one.txt', 'new', 1_710_000_000)
    expect(await decide('acceptDamage', damage.id)).toMatchObject({ code: 'DAMAGE_SETTLED' })
    expect((await scrub()).log).toContain('/ben/a/one.txt is right again')
    rot('/ben/a/one.txt', 0, 'N')
    await scrub()
    const [second] = (await look('OPEN')).damages.nodes
    expect(await decide('acceptDamage', second.id)).toMatchObject({ state: 'ACCEPTED', settledByName: 'ada' })
    expect((await shaOf('/ben/a/one.txt')).sha256).toBe(sha256('New'))
    expect((await scrub()).counts).toMatchObject({ damaged: 0 })
    expect(await decide('acceptDamage', second.id)).toMatchObject({ code: 'DAMAGE_SETTLED' })
    expect(await decide('acceptDamage', 'none')).toMatchObject({ code: 'DAMAGE_NOT_FOUND' })
  })

  test('quarantined: out of the tree, whole, and back under the same id; not over what has come there', async () => {
    const { id: entryId } = await shaOf('/ben/large.bin')
    rot('/ben/large.bin', 5, 'Q')
    await scrub()
    const [damage] = (await look('OPEN')).damages.nodes
    expect(await decide('quarantineDamage', damage.id)).toMatchObject({ state: 'QUARANTINED' })
    expect(await shaOf('/ben/large.bin')).toBeNull()
    expect(readdirSync(disk('/.baluhost/quarantine'))).toEqual([damage.id])
    // A restart changes nothing of it.
    nas = await nas.restart()
    admin = nas.client()
    await admin.signIn('ada', goodPassword)
    expect((await scrub()).counts).toMatchObject({ damaged: 0 })
    put('/ben/large.bin', 'another')
    expect(await decide('restoreFromQuarantine', damage.id)).toMatchObject({ code: 'NAME_TAKEN' })
    expect(readFileSync(disk('/ben/large.bin'), 'utf8')).toBe('another')
    rmSync(disk('/ben/large.bin'))
    expect(await decide('restoreFromQuarantine', damage.id)).toMatchObject({ state: 'OPEN' })
    expect(await shaOf('/ben/large.bin')).toEqual({ id: entryId, sha256: sha256('x'.repeat(1_000_001)) })
    expect(readFileSync(disk('/ben/large.bin'), 'utf8')[5]).toBe('Q')
    expect(readdirSync(disk('/.baluhost/quarantine'))).toEqual([])
    expect((await scrub()).counts).toMatchObject({ damaged: 1 })
  })

  test('by the setting at once; and what reads right in quarantine comes back by itself', async () => {
    await admin.graphql('mutation { updateIntegrity(input: { quarantine: true }) { __typename } }')
    expect((await scrub()).log).toContain('/ben/large.bin is in quarantine')
    expect(existsSync(disk('/ben/large.bin'))).toBe(false)
    const [damage] = (await look('QUARANTINED')).damages.nodes
    rot(`/.baluhost/quarantine/${damage.id}`, 5, 'x')
    expect((await scrub()).log).toContain('back from quarantine')
    expect((await shaOf('/ben/large.bin')).sha256).toBe(sha256('x'.repeat(1_000_001)))
    expect(await look()).toMatchObject({ openDamages: 0, quarantined: 0 })
    await admin.graphql('mutation { updateIntegrity(input: { quarantine: false }) { __typename } }')
  })

  test('killed between the move into quarantine and its row: the next start writes down where the file is', async () => {
    rot('/ben/large.bin', 9, 'Z')
    await scrub()
    const [damage] = (await look('OPEN')).damages.nodes
    await nas.stop()
    renameSync(disk('/ben/large.bin'), disk(`/.baluhost/quarantine/${damage.id}`))
    nas = await nas.restart()
    admin = nas.client()
    await admin.signIn('ada', goodPassword)
    expect((await look('QUARANTINED')).damages.nodes).toMatchObject([{ id: damage.id }])
    expect(await decide('restoreFromQuarantine', damage.id)).toMatchObject({ state: 'OPEN' })
    expect(await decide('acceptDamage', damage.id)).toMatchObject({ state: 'ACCEPTED' })
  })

  test('is cancelled in the middle of a file, and reads no faster than it is told', async () => {
    put('/ben/long.bin', 'l'.repeat(30_000_000))
    await admin.graphql('mutation { updateIntegrity(input: { megabytesPerSecond: 1 }) { __typename } }')
    const before = (await look()).lastScrub
    const jobId = await begin()
    expect((await look()).jobId).toBe(jobId)
    // One reading at a time: whoever asks again gets the one that is under way.
    expect(await begin()).toBe(jobId)
    await untilState(nas.database, jobId, 'RUNNING')
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    await admin.graphql('mutation ($id: ID!) { cancelJob(id: $id) { __typename } }', { id: jobId })
    const row = await untilState(nas.database, jobId, 'CANCELLED')
    expect(Number(row.progressDone)).toBeLessThan(6_000_000)
    expect((await look()).lastScrub).toEqual(before)
    await admin.graphql('mutation { updateIntegrity(input: { megabytesPerSecond: 100000 }) { __typename } }')
    expect((await scrub()).counts.files).toBe(4)
  })

  test('administrators only', async () => {
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
    expect((await ben.graphql('{ integrity { openDamages } }')).errors?.[0]?.extensions.code).toBe('FORBIDDEN')
    expect((await ben.graphql('mutation { startScrub { __typename } }')).data.startScrub).toEqual({ __typename: 'Forbidden' })
    expect((await decide('quarantineDamage', 'x', ben)).code).toBe('FORBIDDEN')
  })
})
