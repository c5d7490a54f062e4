import { expect, test } from 'vitest'
import { runFileCampaign } from './files.ts'

/** Each start and check takes a second or so; the long run is `npm run campaign:files`. */
const kills = 50

test('killed again and again while files change: what was acknowledged is there, nothing is there in part, nothing is left over', {
  timeout: 600_000,
}, async () => {
  const result = await runFileCampaign({ seed: 20261128, kills })
  expect(result.faults).toEqual([])
  expect(result.operations).toBeGreaterThan(kills * 5)
})
