import type { OpenFolder } from '../files/open-folder.ts'
import { rowsPerStatement } from '../files/rows.ts'
import { Problem } from '../platform/errors.ts'
import type { VersionRow } from './model.ts'
import type { VersionStore } from './store.ts'

/** Puts right what a stop left of replacements, before anything else looks. */
export async function recoverVersions(store: VersionStore): Promise<void> {
  const { database, log } = store.deps
  await using folder = await store.open()
  for (let after = 0; ; ) {
    const rows = await database.fileVersion.findMany({
      where: { state: { in: ['KEEPING', 'RESTORING'] }, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: rowsPerStatement,
    })
    for (const row of rows) {
      after = row.id
      try {
        await putRight(store, folder, row)
      } catch (err) {
        log.error({ err, version: row.id }, 'a version could not be put right; the next start tries again')
      }
    }
    if (rows.length < rowsPerStatement) return
  }
}

async function putRight(store: VersionStore, folder: OpenFolder, row: VersionRow): Promise<void> {
  const { database } = store.deps
  const kept = await folder.look(row.storedAs)
  const keep = () => database.fileVersion.update({ where: { id: row.id }, data: { state: 'KEPT' } })
  const forget = () => database.fileVersion.delete({ where: { id: row.id } })
  // One that was being restored and is not here is the content again.
  if (!kept) return void (await forget())
  if (row.state === 'RESTORING') return void (await keep())
  const place = await store.placeOf(row.entryId)
  if (!place) return void (await keep())
  try {
    await using parent = await store.deps.jail.walk(place.segments)
    const current = await parent.look(place.name)
    if (current && current.ino !== kept.ino) return void (await keep())
    // Nothing took its place: it is still there, or was taken out from under its name where files cannot have two.
    if (current) await folder.removeFile(row.storedAs)
    else await folder.moveTo(row.storedAs, parent, place.name, 'file')
    await forget()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    await keep()
  }
}
