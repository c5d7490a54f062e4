export const security = {
  title: 'Security',
  lead: 'What is weak about this server now, the worst first.',
  unavailable: 'Could not be looked at: {names}. The log of the server says why.',
  emptyTitle: 'Nothing weak found',
  emptyBody: 'Accounts, keys, connections and the audit log are as they should be.',
  andMore: 'and {count, number} more',
  since: 'Since',
  go: 'Look',
  severity: { CRITICAL: 'Act now', WARNING: 'Weak', INFO: 'To know' },
  finding: {
    ADMIN_WITHOUT_SECOND_FACTOR: {
      title: '{count, plural, one {# administrator} other {# administrators}} without a second factor',
      advice: 'Whoever learns this password can do everything. An authenticator app or a passkey keeps them out.',
    },
    USER_WITHOUT_SECOND_FACTOR: {
      title: '{count, plural, one {# person} other {# people}} without a second factor',
      advice: 'Their files are as safe as their password. Ask them to set up an app or a passkey in their profile.',
    },
    SECOND_FACTOR_NOT_REQUIRED: {
      title: 'Administrators need no second factor',
      advice: 'Require it, and nobody with all rights can sign in by a password alone.',
    },
    DISABLED_ACCOUNT_WITH_KEY: {
      title: '{count, plural, one {# disabled account} other {# disabled accounts}} with API keys',
      advice: 'The keys do nothing while the account is disabled, and work again when it is enabled. End them if they are not needed.',
    },
    OLD_SESSION: {
      title: '{count, plural, one {# session} other {# sessions}} older than thirty days',
      advice: 'A device that was lost or given away may still be signed in. Each person ends sessions under their devices.',
    },
    KEY_WITHOUT_EXPIRY: {
      title: '{count, plural, one {# API key} other {# API keys}} that never expire',
      advice: 'A key that leaked works until somebody notices. Give it an end, and renew it then.',
    },
    KEY_UNUSED: {
      title: '{count, plural, one {# API key} other {# API keys}} not used for ninety days',
      advice: 'Nobody would miss them. End what is not needed.',
    },
    KEY_FROM_ANYWHERE: {
      title: '{count, plural, one {# API key works} other {# API keys work}} from any address',
      advice: 'Fine for a device that travels. For a program in the house, list its network.',
    },
    PLAIN_HTTP: {
      title: 'You are connected without encryption',
      advice: 'Passwords and files can be read and changed on the way. Turn on TLS, or put a proxy with TLS in front.',
    },
    LISTENS_EVERYWHERE_WITHOUT_TLS: {
      title: 'Listens on all addresses without encryption',
      advice: 'Whoever is in the network can read along. Turn on TLS, or let it listen on one address behind a proxy with TLS.',
    },
    SETUP_TOKEN_IN_ENVIRONMENT: {
      title: 'The setup token stands in the environment',
      advice: 'It is not needed after the setup. Take BALUHOST_SETUP_TOKEN out of the configuration.',
    },
    MASTER_KEY_BESIDE_DATABASE: {
      title: 'The master key lies beside the database',
      advice: 'As it does by default. Keep copies of both apart: whoever has both can read what is sealed and forge the audit log.',
    },
    LIMITS_NEVER_ADJUSTED: {
      title: 'Limits are as they came',
      advice: 'They suit a household. With many people or programs, look whether they suit you.',
    },
    AUDIT_BROKEN: {
      title: 'The audit log was tampered with',
      advice: 'Somebody changed the database from outside, or an older copy was put back. Check now to see where.',
    },
    AUDIT_UNCHECKED: {
      title: 'The audit log has not been checked for a week',
      advice: 'The server looks once a day; something keeps it from it. Check now.',
    },
    FAILED_SIGN_INS: {
      title: '{count, plural, one {# failed sign-in} other {# failed sign-ins}} in the last 24 hours',
      advice: 'Forgotten passwords, or somebody is trying. Addresses with how often:',
    },
  },
} as const
