import type { Actor } from '../auth/model.ts'
import type { AuthService } from '../auth/service.ts'
import type { FilesService } from '../files/service.ts'
import type { UploadsService } from '../files/uploads.ts'
import type { RaidService } from '../raid/service.ts'
import type { ServerService } from '../server/service.ts'
import type { TelemetryService } from '../telemetry/service.ts'
import type { UsersService } from '../users/service.ts'

/** Every domain's service, made by the tier and the same for all requests. */
export interface Services {
  readonly auth: AuthService
  readonly users: UsersService
  readonly files: FilesService
  readonly uploads: UploadsService
  readonly server: ServerService
  readonly telemetry: TelemetryService
  readonly raid: RaidService
}

/** What a resolver knows besides its arguments. */
export interface Context {
  readonly actor: Actor
  readonly services: Services
  /** Adds a Set-Cookie header to the answer; over a WebSocket there is no answer to add it to. */
  readonly setCookie: (cookie: string) => void
}
