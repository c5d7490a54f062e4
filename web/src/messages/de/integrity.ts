export const integrity = {
  title: 'Unversehrtheit der Dateien',
  lead: 'Jede Datei wird von Zeit zu Zeit neu gelesen und mit ihrer Prüfsumme verglichen, damit auffällt, was eine Platte verliert.',
  state: {
    never: 'Die Dateien wurden noch nicht geprüft.',
    good: 'Alle Dateien sind, wie sie waren.',
    bad: '{count, plural, one {Eine Datei ist beschädigt.} other {# Dateien sind beschädigt.}}',
  },
  neverHint: 'Die erste Prüfung gibt jeder Datei ihre Prüfsumme. Ab der zweiten werden Schäden gefunden.',
  badHint:
    'Der Inhalt ist nicht mehr der alte, obwohl Größe und Zeit es sind. Stell ihn aus einer Sicherung wieder her, oder entscheide unten.',
  lastChecked: 'Zuletzt geprüft',
  covered: '{files, plural, one {eine Datei} other {# Dateien}}, {size}',
  unreadable:
    '{count, plural, one {Eine Datei ließ sich nicht lesen; das Protokoll des Auftrags nennt sie.} other {# Dateien ließen sich nicht lesen; das Protokoll des Auftrags nennt sie.}}',
  fromMemory:
    '{percent} davon kamen vielleicht aus dem Speicher statt von der Platte: An ihm vorbei lässt sich dieses Dateisystem nicht lesen.',
  checkNow: 'Jetzt prüfen',
  notStarted: 'Die Prüfung hat nicht begonnen.',
  progress: 'Einzelheiten der Prüfung',
  damages: 'Beschädigte Dateien',
  emptyTitle: 'Keine beschädigten Dateien',
  emptyBody: 'Dateien, die sich als beschädigt erweisen, erscheinen hier, sobald sie gefunden sind.',
  file: 'Datei',
  found: 'Gefunden',
  status: 'Zustand',
  actions: 'Aktionen',
  more: '{count, plural, one {Eine ältere wird nicht gezeigt.} other {# ältere werden nicht gezeigt.}}',
  is: { OPEN: 'Beschädigt', ACCEPTED: 'Angenommen', RESOLVED: 'Erledigt', QUARANTINED: 'In Quarantäne' },
  by: 'von {name}',
  accept: 'Annehmen',
  quarantine: 'In Quarantäne',
  restore: 'Zurücklegen',
  acceptTitle: 'Diesen Inhalt annehmen?',
  acceptLead:
    '{name} gilt von nun an mit dem Inhalt von heute als heil. Tu das, wenn du sie selbst mit einem Programm geändert hast, das ihre Zeit gelassen hat.',
  quarantineTitle: 'In Quarantäne nehmen?',
  quarantineLead:
    '{name} verlässt ihren Ordner, damit niemand sie für heil hält. Nichts davon wird gelöscht, und sie lässt sich zurücklegen.',
  restoreTitle: 'In ihren Ordner zurücklegen?',
  restoreLead: '{name} kommt dorthin zurück, wo sie war, beschädigt wie sie ist.',
  cancel: 'Abbrechen',
  done: { accept: '{name} ist angenommen.', quarantine: '{name} ist in Quarantäne.', restore: '{name} ist wieder in ihrem Ordner.' },
  failure: {
    DAMAGE_SETTLED: 'Das ist schon erledigt, oder die Datei ist inzwischen eine andere.',
    DAMAGE_NOT_FOUND: 'Diese beschädigte Datei gibt es nicht mehr.',
  },
}
