import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, closed } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { deleteUser, forgetConfirmation, join, makePicture, updateUser } from './test-people.ts'

describe.each(await testedProviders())('deleting accounts on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let adminId: string
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    adminId = (await admin.graphql('{ me { id } }')).data.me.id
  })
  afterAll(() => nas.close())

  /** An account with two files, a folder and something in Shared. */
  const withFiles = async (name: string, role?: string) => {
    const person = await join(nas, admin, name, role)
    mkdirSync(`${nas.storageDir}/${name}/Photos`)
    writeFileSync(`${nas.storageDir}/${name}/Photos/one.txt`, '12345')
    writeFileSync(`${nas.storageDir}/${name}/two.txt`, '1234567')
    if (role !== 'VIEWER')
      await person.client.graphql(
        `mutation { createFolder(input: { path: "/Shared/of ${name}" }) { ... on File { id } ... on Problem { code } } }`,
      )
    return person
  }
  const preview = async (by: Client, variables: Record<string, unknown>) => {
    const { data, errors } = await by.graphql(
      `query ($id: ID!, $files: FilesChoice!, $transferTo: ID) { userDeletionPreview(id: $id, files: $files, transferTo: $transferTo) {
        username filesPath sessions keys uploads groups home { files folders bytes isComplete } } }`,
      variables,
    )
    return errors ? { code: errors[0]?.extensions.code } : data.userDeletionPreview
  }
  const fileAt = async (by: Client, path: string) =>
    (await by.graphql('query ($path: Path!) { file(path: $path) { id owner { username } } }', { path })).data.file

  test('a transfer puts the home into that of another, as the preview said', async () => {
    const { id, client } = await withFiles('leaver')
    const { id: heirId, client: heir } = await join(nas, admin, 'heir')
    const before = await fileAt(admin, '/leaver/Photos/one.txt')
    const wish = { id, files: 'TRANSFER', transferTo: heirId }
    expect(await preview(admin, wish)).toEqual({
      username: 'leaver',
      filesPath: '/heir/From leaver',
      sessions: 1,
      keys: 0,
      uploads: 0,
      groups: 0,
      home: { files: 2, folders: 1, bytes: 12, isComplete: true },
    })
    const socket = client.socket()
    const end = closed(socket)
    await new Promise((resolve) => socket.once('open', resolve))
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await new Promise((resolve) => socket.once('message', resolve))
    expect(await deleteUser(admin, wish)).toEqual({
      __typename: 'DeletedUser',
      id,
      username: 'leaver',
      files: 'TRANSFER',
      filesPath: '/heir/From leaver',
    })
    expect((await end).code).toBe(4401)
    expect((await client.graphql('{ me { id } }')).data.me).toBeNull()
    expect((await client.signIn('leaver', goodPassword)).data.signIn.code).toBe('SIGN_IN_FAILED')
    expect(existsSync(`${nas.storageDir}/leaver`)).toBe(false)
    expect(readFileSync(`${nas.storageDir}/heir/From leaver/Photos/one.txt`, 'utf8')).toBe('12345')
    expect(await fileAt(heir, '/heir/From leaver/Photos/one.txt')).toEqual({ id: before.id, owner: { username: 'heir' } })
    expect(await fileAt(heir, '/Shared/of leaver')).toMatchObject({ owner: { username: 'heir' } })
    expect(await nas.database.user.count({ where: { id } })).toBe(0)
    expect(await nas.database.fileEntry.count({ where: { ownerId: id } })).toBe(0)
    // The name is free, and its new home is empty.
    const { client: again } = await join(nas, admin, 'leaver')
    expect((await again.graphql('{ files(path: "/leaver") { totalCount } }')).data.files.totalCount).toBe(0)
    expect((await again.fetch('/files/leaver/two.txt')).status).toBe(404)
  })

  test('a second one of that name is put beside the first', async () => {
    const { id: heirId } = await join(nas, admin, 'heir2')
    mkdirSync(`${nas.storageDir}/heir2/From twin`)
    const { id } = await withFiles('twin')
    const { filesPath } = await deleteUser(admin, { id, files: 'TRANSFER', transferTo: heirId })
    expect(filesPath).toBe('/heir2/From twin (2)')
    expect(readdirSync(`${nas.storageDir}/heir2/From twin`)).toEqual([])
    expect(readdirSync(`${nas.storageDir}/heir2/From twin (2)`).sort()).toEqual(['Photos', 'two.txt'])
  })

  test('an archive is for administrators only', async () => {
    const { id } = await withFiles('retired')
    const { client: other } = await join(nas, admin, 'bystander')
    const { filesPath } = await deleteUser(admin, { id, files: 'ARCHIVE' })
    expect(filesPath).toMatch(/^\/Archive\/retired \d{4}-\d{2}-\d{2}$/)
    expect(readFileSync(`${nas.storageDir}${filesPath}/two.txt`, 'utf8')).toBe('1234567')
    expect(await fileAt(admin, `${filesPath}/two.txt`)).toMatchObject({ owner: null })
    expect(await fileAt(other, '/Archive')).toBeNull()
    expect(await fileAt(other, `${filesPath}/two.txt`)).toBeNull()
    expect((await other.fetch(`/files${encodeURI(filesPath)}/two.txt`)).status).toBe(404)
    const top = (await other.graphql('{ files(path: "/") { nodes { name } } }')).data.files.nodes
    expect(top).toEqual([{ name: 'bystander' }, { name: 'Shared' }])
    expect((await admin.createUser({ username: 'Archive', password: goodPassword })).data.createUser.code).toBe('INVALID_INPUT')
    // What was in Shared stays there, and asking whose it is fails for nobody.
    const { data, errors } = await other.graphql('{ files(path: "/Shared") { nodes { name owner { username } } } }')
    expect(errors).toBeUndefined()
    expect(data.files.nodes).toContainEqual({ name: 'of retired', owner: null })
  })

  test('a deletion leaves nothing of the home, the picture, the uploads', async () => {
    const { id, client } = await withFiles('gone')
    const put = await client.fetch('/avatars/me', {
      method: 'PUT',
      headers: { 'x-baluhost-csrf': '1' },
      body: new Uint8Array(await makePicture('png')),
    })
    expect(put.status).toBe(200)
    const pictures = readdirSync(`${nas.dataDir}/avatars`).length
    const upload = await client.fetch('/uploads', {
      method: 'POST',
      headers: {
        'x-baluhost-csrf': '1',
        'tus-resumable': '1.0.0',
        'upload-length': '50',
        'upload-metadata': `path ${Buffer.from('/gone/half.bin').toString('base64')}`,
      },
    })
    expect(upload.status).toBe(201)
    expect(await preview(admin, { id, files: 'DELETE' })).toMatchObject({ filesPath: null, uploads: 1 })
    expect(await deleteUser(admin, { id, files: 'DELETE' })).toMatchObject({ files: 'DELETE', filesPath: null })
    expect(existsSync(`${nas.storageDir}/gone`)).toBe(false)
    await expect.poll(() => readdirSync(`${nas.storageDir}/.baluhost/removing`)).toEqual([])
    expect(readdirSync(`${nas.storageDir}/.baluhost/spool`)).toEqual([])
    expect(readdirSync(`${nas.dataDir}/avatars`)).toHaveLength(pictures - 1)
    expect(await nas.database.upload.count({ where: { ownerId: id } })).toBe(0)
  })

  test('it needs an administrator who confirmed it, and sense', async () => {
    const { id, client } = await withFiles('kept')
    const { client: other, id: otherId } = await join(nas, admin, 'other')
    const wish = { id, files: 'DELETE' }
    expect(await deleteUser(other, wish)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await deleteUser(client, wish)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await preview(other, wish)).toEqual({ code: 'FORBIDDEN' })
    expect(await deleteUser(admin, { id: adminId, files: 'DELETE' })).toMatchObject({ code: 'CANNOT_DO_TO_SELF' })
    for (const [change, code] of [
      [{ files: 'TRANSFER' }, 'INVALID_INPUT'],
      [{ files: 'TRANSFER', transferTo: id }, 'INVALID_INPUT'],
      [{ files: 'TRANSFER', transferTo: 'nobody' }, 'USER_NOT_FOUND'],
      [{ files: 'ARCHIVE', transferTo: otherId }, 'INVALID_INPUT'],
      [{ id: 'nobody', files: 'DELETE' }, 'USER_NOT_FOUND'],
    ] as const) {
      expect(await deleteUser(admin, { id, ...change })).toMatchObject({ code })
      expect(await preview(admin, { id, ...change })).toEqual({ code })
    }
    await forgetConfirmation(nas, adminId)
    expect(await deleteUser(admin, wish)).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    await admin.signIn(adminName, goodPassword)
    expect(await nas.database.user.findUnique({ where: { id } })).toMatchObject({ disabledAt: null, deletion: null })
    expect(readFileSync(`${nas.storageDir}/kept/two.txt`, 'utf8')).toBe('1234567')
    expect((await client.graphql('{ me { id } }')).data.me).toEqual({ id })
  })

  test('asked for many times at once, in each way, it happens once and nothing is lost', async () => {
    const { id } = await withFiles('crowded')
    const { id: heirId } = await join(nas, admin, 'heir3')
    const wishes = [
      { files: 'TRANSFER', transferTo: heirId },
      { files: 'ARCHIVE' },
      { files: 'TRANSFER', transferTo: heirId },
      { files: 'ARCHIVE' },
    ]
    const answers = await Promise.all(wishes.map((wish) => deleteUser(admin, { id, ...wish })))
    const done = answers.filter(({ __typename }) => __typename === 'DeletedUser')
    expect(done).toHaveLength(1)
    for (const answer of answers) if (answer !== done[0]) expect(answer.code).toBe('USER_NOT_FOUND')
    expect(readFileSync(`${nas.storageDir}${done[0].filesPath}/Photos/one.txt`, 'utf8')).toBe('12345')
  })

  test('two who are to inherit from each other: the files of both are somewhere', async () => {
    const one = await withFiles('castor')
    const two = await withFiles('pollux')
    const answers = await Promise.all([
      deleteUser(admin, { id: one.id, files: 'TRANSFER', transferTo: two.id }),
      deleteUser(admin, { id: two.id, files: 'TRANSFER', transferTo: one.id }),
    ])
    const done = answers.filter(({ __typename }) => __typename === 'DeletedUser')
    expect(done).toHaveLength(1)
    expect(readFileSync(`${nas.storageDir}${done[0].filesPath}/two.txt`, 'utf8')).toBe('1234567')
    expect(answers.find(({ code }) => code)).toMatchObject({ code: expect.stringMatching(/^USER_(NOT_FOUND|BEING_DELETED)$/) })
  })

  test('what the disk refuses leaves the account disabled; asked again it goes on', async () => {
    const { id } = await withFiles('stuck')
    // In the place of the archive stands a file: nothing can be moved into it.
    await nas.database.fileEntry.deleteMany({ where: { name: 'Archive' } })
    const archive = `${nas.storageDir}/Archive`
    const { renameSync, unlinkSync } = await import('node:fs')
    if (existsSync(archive)) renameSync(archive, `${archive}-away`)
    writeFileSync(archive, '')
    const answer = await admin.graphql(
      'mutation ($id: ID!) { deleteUser(input: { id: $id, files: ARCHIVE }) { __typename ... on Problem { code } } }',
      { id },
    )
    expect(answer.errors?.[0]?.extensions.code ?? answer.data.deleteUser.code).toBe('NOT_A_FOLDER')
    expect(readFileSync(`${nas.storageDir}/stuck/two.txt`, 'utf8')).toBe('1234567')
    expect((await admin.graphql('query ($id: ID!) { user(id: $id) { isBeingDeleted disabledAt } }', { id })).data.user).toEqual({
      isBeingDeleted: true,
      disabledAt: expect.any(String),
    })
    expect(await updateUser(admin, { id, disabled: false })).toMatchObject({ code: 'USER_BEING_DELETED' })
    unlinkSync(archive)
    expect(await deleteUser(admin, { id, files: 'ARCHIVE' })).toMatchObject({ __typename: 'DeletedUser', files: 'ARCHIVE' })
  })

  test('who did it, to whom, with what choice and result is written down', async () => {
    const { id } = await withFiles('logged')
    const { filesPath } = await deleteUser(admin, { id, files: 'ARCHIVE' })
    const entries = await nas.database.auditEntry.findMany({ where: { target: 'logged' }, orderBy: { sequence: 'asc' } })
    expect(entries.slice(-2)).toMatchObject([
      { action: 'users.delete', actorId: adminId, result: 'ok', details: { userId: id, files: 'ARCHIVE' } },
      { action: 'users.deleted', actorId: adminId, result: 'ok', details: { userId: id, files: 'ARCHIVE', filesPath } },
    ])
  })
})
