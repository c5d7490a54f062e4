export const trust = {
  title: 'Trust this NAS',
  lead: 'It proves who it is with a certificate of its own. Your devices do not know it yet, so they warn you. Teach each of them once; the warning is gone for good.',
  get: 'Get the certificate',
  download: 'Download the certificate',
  compare: 'Compare its fingerprint',
  compareHint:
    'The NAS printed this line when it started. Your device shows the same of the downloaded file before you install it; if not, somebody stands between you and the NAS: stop here.',
  fingerprint: 'SHA-256 fingerprint',
  install: 'Install it on this device',
  open: 'Open the NAS',
  openHint: 'Close the browser once before. It is known under these names: {names}.',
  openAction: 'Open over HTTPS',
  validUntil: 'The certificate is good until {date}. It can speak for addresses of a home network only, for no site on the internet.',
  none: 'There is nothing to install',
  noneHint:
    'This NAS has no certificate authority of its own: it runs behind a proxy, with a certificate that devices know already, or without encryption.',
  failed: 'The certificate could not be read',
  failedHint: 'The NAS does not answer. Try again in a moment.',
  retry: 'Try again',
  yours: 'Your device',
  windows: {
    name: 'Windows',
    steps: {
      a: 'Open the downloaded file and choose “Install certificate…”.',
      b: 'Choose “Local machine” for everybody on this computer, or “Current user” for you alone.',
      c: 'Choose “Place all certificates in the following store”, then “Trusted Root Certification Authorities”.',
      d: 'Finish, confirm, and start the browser again.',
    },
  },
  mac: {
    name: 'macOS',
    steps: {
      a: 'Open the downloaded file: Keychain Access adds it.',
      b: 'Find “BaluHost authority of …” under Certificates and open it.',
      c: 'Under Trust, set “When using this certificate” to “Always Trust”.',
      d: 'Close the window and confirm with your password.',
    },
  },
  ios: {
    name: 'iPhone and iPad',
    steps: {
      a: 'Open this page in Safari, download the certificate and allow it.',
      b: 'Settings → General → VPN & Device Management: open the profile and install it.',
      c: 'Settings → General → About → Certificate Trust Settings: switch it on. Without this step nothing changes.',
    },
  },
  android: {
    name: 'Android',
    steps: {
      a: 'Settings → Security & privacy → More security settings → Encryption & credentials → Install a certificate.',
      b: 'Choose “CA certificate”, “Install anyway”, and the downloaded file. The words differ a little from maker to maker.',
      c: 'Browsers trust it from now on; other apps decide for themselves.',
    },
  },
  linux: {
    name: 'Linux',
    steps: {
      a: 'Debian, Ubuntu: <code>sudo cp baluhost-authority.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates</code>',
      b: 'Fedora, Arch: <code>sudo trust anchor baluhost-authority.crt</code>',
      c: 'Chrome and Chromium keep a list of their own: Settings → Privacy and security → Security → Manage certificates → Import, as an authority for websites.',
    },
  },
  firefox: {
    name: 'Firefox',
    steps: {
      a: 'On Windows, macOS and Android it takes over what the system trusts: do the steps above.',
      b: 'Elsewhere: Settings → Privacy & Security → Certificates → View Certificates → Authorities → Import.',
      c: 'Choose the downloaded file and “Trust this CA to identify websites”.',
    },
  },
} as const
