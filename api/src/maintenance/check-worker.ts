import { parentPort, workerData } from 'node:worker_threads'
import { type DatabaseAddress, openDatabase } from '../platform/db.ts'

// The check reads the whole file, and the database's library does not return meanwhile: in a thread of its own it holds up nobody.
const { address, thorough } = workerData as { address: DatabaseAddress; thorough: boolean }
const database = await openDatabase(address)
const rows = thorough
  ? await database.$queryRawUnsafe<object[]>('PRAGMA integrity_check(100)')
  : await database.$queryRawUnsafe<object[]>('PRAGMA quick_check(100)')
const broken = await database.$queryRawUnsafe<{ table: string; parent: string }[]>('PRAGMA foreign_key_check')
await database.$disconnect()
parentPort?.postMessage([
  ...rows.map((row) => String(Object.values(row)[0])).filter((words) => words !== 'ok'),
  ...broken.slice(0, 100).map(({ table, parent }) => `A row of ${table} names one of ${parent} that is not there.`),
])
