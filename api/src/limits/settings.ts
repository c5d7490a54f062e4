import { z } from 'zod'
import { defineSetting, type SettingDefinition } from '../settings/model.ts'
import { type LimitName, limitNames, limits, type Rate } from './table.ts'

function settingOf(name: LimitName): SettingDefinition<Rate> {
  const { least, most, preset } = limits[name]
  const between = (low: number, high: number, what: string) =>
    z.number().min(low, `The ${what} is at least ${low}.`).max(high, `The ${what} is at most ${high}.`)
  return defineSetting({
    key: `limits.${name}`,
    schema: z.object({
      capacity: between(least.capacity, most.capacity, 'capacity').int('The capacity is a whole number.'),
      refillPerSecond: between(least.refillPerSecond, most.refillPerSecond, 'refill per second'),
    }),
    preset,
  })
}

/** What administrators have made of each limit. */
export const limitSettings = Object.fromEntries(limitNames.map((name) => [name, settingOf(name)])) as Record<
  LimitName,
  SettingDefinition<Rate>
>
