import { X509Certificate } from 'node:crypto'
import { degraded, disabled, failed, type HealthComponent, running } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { CertificateSource } from './model.ts'

const day = 24 * 3_600_000
/** With less left than this, in days, somebody must renew it by hand, or a renewal that runs by itself has failed: that is 30 days before. */
const soon = { own: 14, local: 25 }

/** What the server shows of itself over TLS. */
export function tlsHealth(certificates: CertificateSource | null, clock: Clock): HealthComponent {
  return {
    name: 'tls',
    title: 'TLS certificate',
    kind: 'INTERNAL',
    required: false,
    everyMs: 10_000,
    notRestartable: certificates
      ? 'A renewed certificate is taken over within seconds, without a restart.'
      : 'TLS is not set up: BALUHOST_TLS is off.',
    check() {
      if (!certificates) return disabled('NOT_CONFIGURED', 'BALUHOST_TLS is off: the server speaks plain HTTP, alone or behind a proxy.')
      const { validFromDate, validToDate } = new X509Certificate(certificates.current().cert)
      const now = clock.now().getTime()
      const daysLeft = Math.floor((validToDate.getTime() - now) / day)
      const details: Detail[] = [
        { name: 'authority', value: certificates.authority ? 'local' : 'own' },
        { name: 'validUntil', value: validToDate },
        { name: 'daysLeft', value: daysLeft, unit: 'DAYS' },
      ]
      if (validToDate.getTime() <= now) return failed('CERTIFICATE_ENDED', 'The certificate is not valid any more.', { details })
      if (validFromDate.getTime() > now)
        return failed('CERTIFICATE_NOT_YET', 'The certificate is not valid yet: look at the clock.', { details })
      const least = certificates.authority ? soon.local : soon.own
      if (daysLeft < least) return degraded('CERTIFICATE_ENDS', `The certificate ends in ${daysLeft} days.`, { details })
      return running({ details })
    },
  }
}
