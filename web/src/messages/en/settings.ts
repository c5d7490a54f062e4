export const settings = {
  title: 'Settings',
  lead: 'What holds for everybody on this NAS. Changes count at once; none needs a restart.',
  sections: 'Sections of the settings',
  section: { limits: 'Limits', signIn: 'Signing in', trash: 'Trash', versions: 'Versions', audit: 'Audit log', database: 'Database' },
} as const
