export const settings = {
  title: 'Einstellungen',
  lead: 'Was für alle auf diesem NAS gilt. Änderungen wirken sofort, ohne Neustart.',
  sections: 'Abschnitte der Einstellungen',
  section: {
    limits: 'Grenzen',
    signIn: 'Anmeldung',
    trash: 'Papierkorb',
    versions: 'Versionen',
    audit: 'Audit-Log',
    database: 'Datenbank',
  },
}
