import './scalars.ts'
import './problems.ts'
import '../auth/schema.ts'
import '../users/schema.ts'
import '../files/schema.ts'
import '../files/upload-schema.ts'
import '../server/schema.ts'
import '../telemetry/schema.ts'
import '../raid/schema.ts'
import { builder } from './builder.ts'

/** The graph of the NAS role: every domain. */
export const nasSchema = builder.toSchema()
