import { parentPort, workerData } from 'node:worker_threads'
import type { DatabaseAddress } from './db.ts'
import { applyMigrations } from './migrations.ts'

parentPort?.postMessage(await applyMigrations(workerData as DatabaseAddress))
