/** The command was given in a form that it does not have. */
export class UsageFault extends Error {}

export const usage = `npm run admin -- <command>, on the machine itself, while the server runs or not:

  list                      all accounts
  reset-password <name>     gives the account another password and signs it out everywhere
  disable-2fa <name>        takes authenticator, recovery codes and passkeys away, and signs it out everywhere
  create <name>             makes an account; --role admin (default), user or viewer
  rotate-key                replaces the master key and seals everything anew
  help                      this text

Passwords are asked for at the terminal, or read from the first line of the standard input; --generate makes one up and
prints it. They are no arguments: others could see those. The settings are the server's (BALUHOST_DATA_DIR, DATABASE_URL …).
Ends with 0 when it was done, 1 when it was refused (the code says why), 2 when it could not be tried.`
