import { existsSync } from 'node:fs'

/** Where Debian puts it; `BALUHOST_TEST_CHROMIUM` names another one. */
const usual = '/usr/bin/chromium'

/** The Chromium to test with; null where there is none. A named one that is missing is a mistake, not a machine without a browser. */
export function findChromium(): string | null {
  const named = process.env['BALUHOST_TEST_CHROMIUM']
  if (named && !existsSync(named)) throw new Error(`BALUHOST_TEST_CHROMIUM names ${named}, which is not there.`)
  return named || (existsSync(usual) ? usual : null)
}

/** Nothing that leaves this machine by itself: a request to another host must be the page's. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
