export const trust = {
  title: 'Diesem NAS vertrauen',
  lead: 'Es weist sich mit einem eigenen Zertifikat aus. Deine Geräte kennen es noch nicht, deshalb warnen sie. Bring es jedem einmal bei, dann ist die Warnung für immer weg.',
  get: 'Zertifikat holen',
  download: 'Zertifikat herunterladen',
  compare: 'Fingerabdruck vergleichen',
  compareHint:
    'Diese Zeile hat das NAS beim Start ausgegeben. Dein Gerät zeigt dieselbe für die heruntergeladene Datei, bevor du sie installierst; wenn nicht, steht jemand zwischen dir und dem NAS: Hör hier auf.',
  fingerprint: 'SHA-256-Fingerabdruck',
  install: 'Auf diesem Gerät installieren',
  open: 'NAS öffnen',
  openHint: 'Schließ den Browser vorher einmal. Bekannt ist es unter diesen Namen: {names}.',
  openAction: 'Über HTTPS öffnen',
  validUntil: 'Das Zertifikat gilt bis {date}. Es kann nur für Adressen eines Heimnetzes sprechen, für keine Seite im Internet.',
  none: 'Hier gibt es nichts zu installieren',
  noneHint:
    'Dieses NAS hat keine eigene Zertifizierungsstelle: Es läuft hinter einem Proxy, mit einem Zertifikat, das Geräte schon kennen, oder ohne Verschlüsselung.',
  failed: 'Das Zertifikat ließ sich nicht lesen',
  failedHint: 'Das NAS antwortet nicht. Versuch es gleich noch einmal.',
  retry: 'Noch einmal versuchen',
  yours: 'Dein Gerät',
  windows: {
    name: 'Windows',
    steps: {
      a: 'Öffne die heruntergeladene Datei und wähle „Zertifikat installieren …“.',
      b: 'Wähle „Lokaler Computer“ für alle an diesem Rechner oder „Aktueller Benutzer“ nur für dich.',
      c: 'Wähle „Alle Zertifikate in folgendem Speicher speichern“, dann „Vertrauenswürdige Stammzertifizierungsstellen“.',
      d: 'Stell fertig, bestätige und starte den Browser neu.',
    },
  },
  mac: {
    name: 'macOS',
    steps: {
      a: 'Öffne die heruntergeladene Datei: Die Schlüsselbundverwaltung nimmt sie auf.',
      b: 'Such unter „Zertifikate“ nach „BaluHost authority of …“ und öffne es.',
      c: 'Stell unter „Vertrauen“ „Bei Verwendung dieses Zertifikats“ auf „Immer vertrauen“.',
      d: 'Schließ das Fenster und bestätige mit deinem Passwort.',
    },
  },
  ios: {
    name: 'iPhone und iPad',
    steps: {
      a: 'Öffne diese Seite in Safari, lade das Zertifikat und erlaube es.',
      b: 'Einstellungen → Allgemein → VPN und Geräteverwaltung: Öffne das Profil und installiere es.',
      c: 'Einstellungen → Allgemein → Info → Zertifikatsvertrauenseinstellungen: Schalt es ein. Ohne diesen Schritt ändert sich nichts.',
    },
  },
  android: {
    name: 'Android',
    steps: {
      a: 'Einstellungen → Sicherheit und Datenschutz → Weitere Sicherheitseinstellungen → Verschlüsselung und Anmeldedaten → Zertifikat installieren.',
      b: 'Wähle „CA-Zertifikat“, „Trotzdem installieren“ und die heruntergeladene Datei. Je nach Hersteller heißt es etwas anders.',
      c: 'Browser vertrauen ihm von nun an; andere Apps entscheiden selbst.',
    },
  },
  linux: {
    name: 'Linux',
    steps: {
      a: 'Debian, Ubuntu: <code>sudo cp baluhost-authority.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates</code>',
      b: 'Fedora, Arch: <code>sudo trust anchor baluhost-authority.crt</code>',
      c: 'Chrome und Chromium führen eine eigene Liste: Einstellungen → Datenschutz und Sicherheit → Sicherheit → Zertifikate verwalten → Importieren, als Stelle für Websites.',
    },
  },
  firefox: {
    name: 'Firefox',
    steps: {
      a: 'Unter Windows, macOS und Android übernimmt er, was das System kennt: Folge den Schritten dort.',
      b: 'Sonst: Einstellungen → Datenschutz & Sicherheit → Zertifikate → Zertifikate anzeigen → Zertifizierungsstellen → Importieren.',
      c: 'Wähle die heruntergeladene Datei und „Dieser CA vertrauen, um Websites zu identifizieren“.',
    },
  },
}
