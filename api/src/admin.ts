import { parseArgs } from 'node:util'
import { generatePassword, readNewPassword } from './admin/terminal.ts'
import { UsageFault, usage } from './admin/usage.ts'
import type { Role } from './auth/model.ts'
import { EnvFault, readEnv } from './env.ts'
import { Problem } from './platform/errors.ts'
import { StartFault } from './platform/start-fault.ts'

const roles: Record<string, Role> = { admin: 'ADMIN', user: 'USER', viewer: 'VIEWER' }

/** `npm run admin`: for whoever is locked out and has a shell on the machine. */
async function main(): Promise<void> {
  const { positionals, values } = readArguments(process.argv.slice(2))
  const [name = 'help', username = null, ...more] = positionals
  if (name === 'help' || values.help) {
    console.log(usage)
    return
  }
  const { commands } = await import('./admin/commands.ts')
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new UsageFault(`There is no command ${name}.`)
  if (more.length > 0) throw new UsageFault('That is too much. A password is never an argument: it is asked for.')
  const role = roles[values.role.toLowerCase()]
  if (!role) throw new UsageFault(`There is no role ${values.role}: admin, user or viewer.`)

  const env = readEnv(process.env, false)
  const { openShell } = await import('./tiers/shell.ts')
  const shell = await openShell(env)
  try {
    const password = (of: string) => (values.generate ? announced(of) : requirePassword(of))
    for (const line of await command(shell, { name: username, role, password })) console.log(line)
  } finally {
    await shell.dispose()
  }
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { role: { type: 'string', default: 'admin' }, generate: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    })
  } catch (error) {
    throw new UsageFault(error instanceof Error ? error.message : String(error))
  }
}

async function announced(username: string): Promise<string> {
  const password = generatePassword()
  // Before it is set: a terminal that breaks off in between leaves the old one.
  console.log(`Password of ${username}: ${password}`)
  return password
}

async function requirePassword(username: string): Promise<string> {
  const password = await readNewPassword(username)
  if (password === null) throw new UsageFault('There is no password, or the two were different. Nothing was changed.')
  return password
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof Problem) {
      console.error(`${error.code}: ${error.message}`)
      process.exit(1)
    }
    if (error instanceof UsageFault) console.error(`${error.message}\n\n${usage}`)
    else console.error(error instanceof StartFault || error instanceof EnvFault ? error.message : error)
    process.exit(2)
  },
)
