import { TurnedClock } from '../simulation/turned-clock.ts'
import { World } from '../simulation/world.ts'
import { raidBackendContract } from './backend.contract.ts'
import { SimulatedRaid } from './simulated.ts'

raidBackendContract('the simulated machine', async () => {
  const clock = new TurnedClock()
  const world = new World({ clock })
  return {
    backend: new SimulatedRaid(world),
    async pullSecondMember() {
      world.pullDisk('sdb')
    },
    async rebuildSecondMember() {
      world.pullDisk('sdb')
      world.addMember('md0', 'sdc')
      clock.turn(5_000)
    },
    async check() {
      world.startCheck('md0')
    },
    async advance() {
      clock.turn(20_000)
    },
    async dispose() {},
  }
})
