import type { AuditChecks } from '../audit/checks.ts'
import type { RetentionSetting } from '../audit/retention-setting.ts'
import type { AuditService } from '../audit/service.ts'
import type { Confirmations } from '../auth/confirmation.ts'
import type { Identification } from '../auth/identification.ts'
import type { Actor } from '../auth/model.ts'
import type { OwnSessions } from '../auth/own-sessions.ts'
import type { PasskeyService } from '../auth/passkey-service.ts'
import type { PasswordChanges } from '../auth/password-changes.ts'
import type { SecondStep } from '../auth/second-step.ts'
import type { AuthService } from '../auth/service.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { SignInPolicyService } from '../auth/sign-in-policy.ts'
import type { TwoFactorService } from '../auth/two-factor.ts'
import type { Archives } from '../files/archives.ts'
import type { CopiesService } from '../files/copies.ts'
import type { DownloadLinks } from '../files/download-links.ts'
import type { FilesService } from '../files/service.ts'
import type { UploadsService } from '../files/uploads.ts'
import type { GroupsService } from '../groups/service.ts'
import type { HealthService } from '../health/service.ts'
import type { IntegrityService } from '../integrity/service.ts'
import type { InvitationsService } from '../invitations/service.ts'
import type { JobsService } from '../jobs/service.ts'
import type { KeysService } from '../keys/service.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { LimitsService } from '../limits/service.ts'
import type { RaidService } from '../raid/service.ts'
import type { ScheduleChanges } from '../schedules/schedule-changes.ts'
import type { SchedulesService } from '../schedules/service.ts'
import type { SearchService } from '../search/service.ts'
import type { SecurityService } from '../security/service.ts'
import type { ServerService } from '../server/service.ts'
import type { SettingsService } from '../settings/service.ts'
import type { TablesService } from '../tables/service.ts'
import type { TelemetryService } from '../telemetry/service.ts'
import type { ThumbnailsService } from '../thumbnails/service.ts'
import type { TrashService } from '../trash/service.ts'
import type { Avatars } from '../users/avatars.ts'
import type { UserChanges } from '../users/changes.ts'
import type { UserDeletions } from '../users/deletion.ts'
import type { UsersService } from '../users/service.ts'
import type { VersionsService } from '../versions/service.ts'

/** Every domain's service, made by the tier and the same for all requests. */
export interface Services {
  readonly audit: AuditService
  readonly auditChecks: AuditChecks
  readonly auditRetention: RetentionSetting
  readonly auth: AuthService
  readonly sessions: Sessions
  readonly ownSessions: OwnSessions
  readonly passwordChanges: PasswordChanges
  readonly confirmations: Confirmations
  readonly secondStep: SecondStep
  readonly twoFactor: TwoFactorService
  readonly passkeys: PasskeyService
  readonly signInPolicy: SignInPolicyService
  readonly identification: Identification
  readonly keys: KeysService
  readonly settings: SettingsService
  readonly limiter: Limiter
  readonly limits: LimitsService
  readonly users: UsersService
  readonly userChanges: UserChanges
  readonly userDeletions: UserDeletions
  readonly avatars: Avatars
  readonly groups: GroupsService
  readonly invitations: InvitationsService
  readonly files: FilesService
  readonly archives: Archives
  readonly integrity: IntegrityService
  readonly downloadLinks: DownloadLinks
  readonly uploads: UploadsService
  readonly copies: CopiesService
  readonly search: SearchService
  readonly thumbnails: ThumbnailsService
  readonly trash: TrashService
  readonly versions: VersionsService
  readonly jobs: JobsService
  readonly schedules: SchedulesService
  readonly scheduleChanges: ScheduleChanges
  readonly security: SecurityService
  readonly health: HealthService
  readonly server: ServerService
  readonly telemetry: TelemetryService
  readonly raid: RaidService
  readonly tables: TablesService
}

/** What a resolver knows besides its arguments. */
export interface Context {
  readonly actor: Actor
  readonly services: Services
  /** True when the request came over TLS, to this server or to a proxy that it trusts: its cookies are for TLS alone. */
  readonly secure: boolean
  /** As the browser sees this server: https://nas.example:8443. */
  readonly origin: string
  /** The Cookie header of the request. */
  readonly cookies: string | undefined
  readonly transport: 'http' | 'websocket'
  /** Adds a Set-Cookie header to the answer; over a WebSocket there is no answer to add it to. */
  readonly setCookie: (cookie: string) => void
}
