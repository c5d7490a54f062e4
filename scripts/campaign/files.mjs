// npm run campaign:files -- --seed 7 [--kills 2000]: changes files over the public API from several sides, kills the server without warning at random
// moments, and exits 1 when something that was acknowledged is lost or changed, is there in part, or is left over.
import { parseArgs } from 'node:util'
import { runFileCampaign } from '../../api/test/campaign/files.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, kills: { type: 'string', default: '2000' } } })
const began = Date.now()
const result = await runFileCampaign({ seed: Number(values.seed), kills: Number(values.kills), said: (words) => console.log(words) })
console.log(JSON.stringify({ ...result, seconds: Math.round((Date.now() - began) / 1_000) }, null, 2))
process.exit(result.faults.length > 0 ? 1 : 0)
