import { expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { runCampaign } from './crash-campaign.ts'

// `npm run campaign:jobs` does the same with a thousand kills.
test.each(await testedProviders())(
  'on %s, processes that are killed lose no job and run none twice at once',
  { timeout: 240_000 },
  async (provider) => {
    const result = await runCampaign({ provider, seed: 20261121, kills: 8, processes: provider === 'sqlite' ? 1 : 2, leaseMs: 3_000 })
    expect(result.faults).toEqual([])
    expect(result.jobs).toBeGreaterThanOrEqual(12)
    // It did hit jobs that ran.
    expect(result.crashedRuns).toBeGreaterThan(0)
  },
)
