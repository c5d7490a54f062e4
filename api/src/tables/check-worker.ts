import { parentPort, workerData } from 'node:worker_threads'
import { type DatabaseAddress, openDatabase } from '../platform/db.ts'

// The check reads the whole file, and the database's library does not return meanwhile: in a thread of its own it holds up nobody.
const database = await openDatabase(workerData as DatabaseAddress)
const rows = await database.$queryRawUnsafe<{ quick_check: string }[]>('PRAGMA quick_check(1)')
await database.$disconnect()
parentPort?.postMessage(rows[0]?.quick_check ?? 'no answer')
