import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { services } from '../../messages/en/services'
import type { ServiceRow } from './service-row'

type Name = keyof (typeof services)['name']
type Code = Exclude<keyof (typeof services)['reason'], 'DEPENDENCY_FAILED'>
type Label = keyof (typeof services)['detail']

const hasName = (name: string): name is Name => Object.hasOwn(services.name, name)
const hasReason = (code: string): code is Code => Object.hasOwn(services.reason, code)
const hasLabel = (name: string): name is Label => Object.hasOwn(services.detail, name)

/** Names, reasons and values of services in the reader's words; what has none yet is shown as the server says it. */
export function useServiceWords() {
  const t = useTranslations('services')
  const format = useFormat()
  const nameOf = ({ name, title }: { name: string; title: string }) => (hasName(name) ? t(`name.${name}`) : title)
  return {
    nameOf,
    aboutOf: (name: string) => (hasName(name) ? t(`about.${name}`) : null),
    labelOf: (name: string) => (hasLabel(name) ? t(`detail.${name}`) : name),
    /** `missing` are the names of services that it needs and that do not work. */
    reasonOf: ({ reason }: Pick<ServiceRow, 'reason'>, missing: readonly string[]): string | null => {
      if (!reason) return null
      if (reason.code === 'DEPENDENCY_FAILED') return t('reason.DEPENDENCY_FAILED', { names: missing.join(', ') })
      return hasReason(reason.code) ? t(`reason.${reason.code}`) : reason.message
    },
    noRestartOf: ({ name, notRestartableBecause }: Pick<ServiceRow, 'name' | 'notRestartableBecause'>): string | null => {
      if (notRestartableBecause === null) return null
      return Object.hasOwn(services.noRestart, name)
        ? t(`noRestart.${name as keyof (typeof services)['noRestart']}`)
        : notRestartableBecause
    },
    valueOf: ({ unit, value }: ServiceRow['details'][number]): string => {
      const number = Number(value)
      switch (unit) {
        case 'BYTES':
          return format.bytes(number)
        case 'MILLISECONDS':
          return `${format.number(number, number < 10 ? 2 : 0)} ms`
        case 'SECONDS':
          return format.duration(number)
        case 'PERCENT':
          return format.percent(number)
        case 'DAYS':
        case 'COUNT':
          return format.number(number)
        case 'MOMENT':
          return format.moment(Date.parse(value))
        case 'YES_OR_NO':
          return t(value === 'true' ? 'yes' : 'no')
        default:
          return Object.hasOwn(services.text, value) ? t(`text.${value as keyof (typeof services)['text']}`) : value
      }
    },
  }
}
