/** Registers German with cronstrue when it is loaded; it comes without types. */
declare module 'cronstrue/locales/de'
