export const security = {
  title: 'Sicherheit',
  lead: 'Was an diesem Server gerade schwach ist, das Schlimmste zuerst.',
  unavailable: 'Konnte nicht geprüft werden: {names}. Das Protokoll des Servers sagt, warum.',
  emptyTitle: 'Keine Schwäche gefunden',
  emptyBody: 'Konten, Schlüssel, Verbindungen und Audit-Log sind, wie sie sein sollen.',
  andMore: 'und {count, number} weitere',
  since: 'Seit',
  go: 'Ansehen',
  severity: { CRITICAL: 'Jetzt handeln', WARNING: 'Schwach', INFO: 'Zur Info' },
  finding: {
    ADMIN_WITHOUT_SECOND_FACTOR: {
      title: '{count, plural, one {# Administrator} other {# Administratoren}} ohne zweiten Faktor',
      advice: 'Wer dieses Passwort erfährt, kann alles. Eine Authenticator-App oder ein Passkey hält ihn draußen.',
    },
    USER_WITHOUT_SECOND_FACTOR: {
      title: '{count, plural, one {# Person} other {# Personen}} ohne zweiten Faktor',
      advice: 'Ihre Dateien sind so sicher wie ihr Passwort. Bitte sie, im Profil eine App oder einen Passkey einzurichten.',
    },
    SECOND_FACTOR_NOT_REQUIRED: {
      title: 'Administratoren brauchen keinen zweiten Faktor',
      advice: 'Verlange ihn, und niemand mit allen Rechten kann sich mit einem Passwort allein anmelden.',
    },
    DISABLED_ACCOUNT_WITH_KEY: {
      title: '{count, plural, one {# gesperrtes Konto} other {# gesperrte Konten}} mit API-Schlüsseln',
      advice: 'Solange das Konto gesperrt ist, bewirken sie nichts; danach wieder. Beende sie, wenn sie niemand braucht.',
    },
    OLD_SESSION: {
      title: '{count, plural, one {# Sitzung} other {# Sitzungen}} älter als dreißig Tage',
      advice: 'Ein verlorenes oder verschenktes Gerät ist vielleicht noch angemeldet. Jede Person beendet Sitzungen unter ihren Geräten.',
    },
    KEY_WITHOUT_EXPIRY: {
      title: '{count, plural, one {# API-Schlüssel, der nie abläuft} other {# API-Schlüssel, die nie ablaufen}}',
      advice: 'Ein Schlüssel in falschen Händen gilt, bis es jemand merkt. Gib ihm ein Ende und erneuere ihn dann.',
    },
    KEY_UNUSED: {
      title: '{count, plural, one {# API-Schlüssel} other {# API-Schlüssel}} seit neunzig Tagen unbenutzt',
      advice: 'Niemand würde sie vermissen. Beende, was keiner braucht.',
    },
    KEY_FROM_ANYWHERE: {
      title: '{count, plural, one {# API-Schlüssel gilt} other {# API-Schlüssel gelten}} von überall',
      advice: 'Gut für ein Gerät, das unterwegs ist. Für ein Programm im Haus nenne sein Netz.',
    },
    PLAIN_HTTP: {
      title: 'Du bist unverschlüsselt verbunden',
      advice:
        'Passwörter und Dateien können unterwegs gelesen und verändert werden. Schalte TLS ein oder stelle einen Proxy mit TLS davor.',
    },
    LISTENS_EVERYWHERE_WITHOUT_TLS: {
      title: 'Lauscht unverschlüsselt an allen Adressen',
      advice: 'Wer im Netz ist, kann mitlesen. Schalte TLS ein oder lass ihn hinter einem Proxy mit TLS an einer Adresse lauschen.',
    },
    SETUP_TOKEN_IN_ENVIRONMENT: {
      title: 'Das Setup-Token steht in der Umgebung',
      advice: 'Nach der Einrichtung braucht es niemand. Nimm BALUHOST_SETUP_TOKEN aus der Konfiguration.',
    },
    MASTER_KEY_BESIDE_DATABASE: {
      title: 'Der Hauptschlüssel liegt neben der Datenbank',
      advice: 'Wie vorgesehen. Bewahre Kopien beider getrennt auf: Wer beide hat, liest Versiegeltes und fälscht das Audit-Log.',
    },
    LIMITS_NEVER_ADJUSTED: {
      title: 'Die Grenzen sind, wie sie kamen',
      advice: 'Sie passen zu einem Haushalt. Mit vielen Personen oder Programmen sieh nach, ob sie zu dir passen.',
    },
    AUDIT_BROKEN: {
      title: 'Am Audit-Log wurde etwas verändert',
      advice: 'Jemand hat die Datenbank von außen geändert oder eine ältere Kopie zurückgespielt. Prüfe jetzt, um zu sehen, wo.',
    },
    AUDIT_UNCHECKED: {
      title: 'Das Audit-Log wurde seit einer Woche nicht geprüft',
      advice: 'Der Server prüft einmal am Tag; etwas hindert ihn daran. Prüfe jetzt.',
    },
    FAILED_SIGN_INS: {
      title: '{count, plural, one {# fehlgeschlagene Anmeldung} other {# fehlgeschlagene Anmeldungen}} in den letzten 24 Stunden',
      advice: 'Vergessene Passwörter, oder jemand probiert. Adressen und wie oft:',
    },
  },
} as const
