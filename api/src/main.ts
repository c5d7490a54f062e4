import { enableCompileCache } from 'node:module'
import { EnvFault, readEnv } from './env.ts'
import { createLog } from './platform/log.ts'
import { StartFault } from './platform/start-fault.ts'

// Compiled once, read from the cache at later starts: most of a second start's time would be compiling again.
enableCompileCache()

async function main(): Promise<void> {
  const env = readEnv(process.env, process.stdout.isTTY)
  const log = await createLog({ level: env.logLevel, format: env.logFormat })
  const [{ createNas }, { demoPassword }] = await Promise.all([import('./tiers/nas.ts'), import('./tiers/demo.ts')])
  const nas = await createNas(env, log)

  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log.info({ signal }, 'stopping')
    await nas.dispose()
    process.exit(0)
  }
  process.on('SIGINT', (signal) => void stop(signal))
  process.on('SIGTERM', (signal) => void stop(signal))

  const address = await nas.app.listen({ host: env.host, port: env.port }).catch(async (error: NodeJS.ErrnoException) => {
    await nas.dispose()
    if (error.code === 'EADDRINUSE')
      throw new StartFault(`Port ${env.port} is in use on ${env.host}. Stop what uses it, or set BALUHOST_PORT to another port.`)
    if (error.code === 'EACCES')
      throw new StartFault(`Port ${env.port} needs more rights than this user has. Set BALUHOST_PORT to a port above 1023.`)
    if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
      throw new StartFault(`This machine has no address ${env.host}. Set BALUHOST_HOST to one it has, or to 0.0.0.0 for all.`)
    throw error
  })
  nas.whenListening()
  const scheme = env.tls.mode === 'off' ? 'http' : 'https'
  const reachable = address
    .replace(/^https?/, scheme)
    .replace('0.0.0.0', '127.0.0.1')
    .replace('[::]', '127.0.0.1')
  console.log(`BaluHost listens on ${reachable}`)
  if (nas.fingerprint) console.log(`Devices learn to trust it at ${reachable}/trust. Fingerprint to compare: ${nas.fingerprint}`)
  if (env.demo) console.log(`A demo with pretend disks: sign in as demo (or anna, ben, guest) with the password: ${demoPassword}`)
  if (nas.setupToken) console.log(`Set it up at ${reachable}/setup#token=${nas.setupToken}\nSetup token: ${nas.setupToken}`)
}

main().catch((error: unknown) => {
  // A fault of the surroundings is one line; a fault of ours shows where it is.
  console.error(error instanceof StartFault || error instanceof EnvFault ? `BaluHost cannot start. ${error.message}` : error)
  process.exit(1)
})
