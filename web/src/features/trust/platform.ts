/** What a device runs, as far as its way of installing a certificate goes. */
export const platforms = ['windows', 'mac', 'ios', 'android', 'linux', 'firefox'] as const
export type Platform = (typeof platforms)[number]

/** Of the browser that looks at the page. Firefox on Linux asks its own store; elsewhere it follows the system. */
export function platformOf({ maxTouchPoints, userAgent }: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>): Platform {
  if (/android/i.test(userAgent)) return 'android'
  // An iPad says that it is a Mac; no Mac has a touch screen.
  if (/iphone|ipad|ipod/i.test(userAgent) || (/macintosh/i.test(userAgent) && maxTouchPoints > 1)) return 'ios'
  if (/macintosh/i.test(userAgent)) return 'mac'
  if (/windows/i.test(userAgent)) return 'windows'
  return /firefox/i.test(userAgent) ? 'firefox' : 'linux'
}
