/** Where each weakness is changed; those that are changed on the machine have no page. */
const places: Record<string, string> = {
  ADMIN_WITHOUT_SECOND_FACTOR: '/people',
  USER_WITHOUT_SECOND_FACTOR: '/people',
  SECOND_FACTOR_NOT_REQUIRED: '/settings',
  DISABLED_ACCOUNT_WITH_KEY: '/people',
  OLD_SESSION: '/profile',
  KEY_WITHOUT_EXPIRY: '/profile',
  KEY_UNUSED: '/profile',
  KEY_FROM_ANYWHERE: '/profile',
  PLAIN_HTTP: '/trust',
  LISTENS_EVERYWHERE_WITHOUT_TLS: '/trust',
  LIMITS_NEVER_ADJUSTED: '/settings?section=limits',
  AUDIT_BROKEN: '/audit',
  AUDIT_UNCHECKED: '/audit',
  FAILED_SIGN_INS: '/audit?action=auth.signIn&result=refused&range=day',
}

export function placeOf(code: string): string | null {
  return places[code] ?? null
}
