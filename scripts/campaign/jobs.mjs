// npm run campaign:jobs -- --seed 7 [--kills 1000] [--provider sqlite|postgresql]: kills processes that run jobs at random moments, and exits 1 when a
// job was lost, ran twice at once, or never ended. PostgreSQL is the server at 127.0.0.1:5432, or the one BALUHOST_TEST_POSTGRES_URL names.
import { parseArgs } from 'node:util'
import { runCampaign } from '../../api/src/jobs/crash-campaign.ts'

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, kills: { type: 'string', default: '1000' }, provider: { type: 'string' } },
})
const providers = values.provider ? [values.provider] : ['sqlite', 'postgresql']
let broken = false
for (const provider of providers) {
  const processes = provider === 'sqlite' ? 1 : 2
  const began = Date.now()
  const options = { provider, processes, seed: Number(values.seed), kills: Number(values.kills), leaseMs: 3_000 }
  const result = await runCampaign({ ...options, said: (words) => console.log(`${provider}: ${words}`) })
  console.log(`${provider}: ${JSON.stringify({ ...result, seconds: Math.round((Date.now() - began) / 1_000) }, null, 2)}`)
  broken ||= result.faults.length > 0
}
process.exit(broken ? 1 : 0)
