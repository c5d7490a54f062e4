export const settings = {
  title: 'Einstellungen',
  lead: 'Was für alle auf diesem NAS gilt. Änderungen wirken sofort, ohne Neustart.',
  sections: 'Abschnitte der Einstellungen',
  section: { limits: 'Grenzen', signIn: 'Anmeldung', trash: 'Papierkorb', audit: 'Audit-Log', database: 'Datenbank' },
}
