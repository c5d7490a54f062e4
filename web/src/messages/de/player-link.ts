export const playerLink = {
  title: 'Link für ein Abspielprogramm',
  description: 'Für einen Fernseher oder ein anderes Programm, das sich nicht anmelden kann. Er öffnet {name} und sonst nichts.',
  validFor: 'Gültig für',
  hours: '{count, plural, one {# Stunde} other {# Stunden}}',
  make: 'Link erstellen',
  link: 'Link',
  copy: 'Kopieren',
  copied: 'Kopiert.',
  copyFailed: 'Dieser Browser lässt Seiten hier nicht kopieren. Der Link ist markiert: Kopier ihn von Hand.',
  until: 'Wer diesen Link hat, kann die Datei bis {time} öffnen. Er endet früher, wenn du dich abmeldest.',
  done: 'Fertig',
}
