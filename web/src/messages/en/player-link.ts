export const playerLink = {
  title: 'Link for a player',
  description: 'For a player on a television, or another program that cannot sign in. It opens {name} and nothing else.',
  validFor: 'Valid for',
  hours: '{count, plural, one {# hour} other {# hours}}',
  make: 'Make the link',
  link: 'Link',
  copy: 'Copy',
  copied: 'Copied.',
  copyFailed: 'This browser does not let pages copy here. The link is marked: copy it by hand.',
  until: 'Whoever has this link can open the file until {time}. It ends before if you sign out.',
  done: 'Done',
} as const
