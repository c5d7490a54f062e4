// A registry mirror that holds only some platforms makes npm leave the other platforms' optional packages out of the
// lockfile, and `npm ci` then refuses the lockfile everywhere. This adds the entries that are implied by the packages
// that name them (exact versions), so that every platform can install. Run it after `npm install` changed the lockfile.
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const os = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32']
const cpu = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64']
const exact = /^\d+\.\d+\.\d+$/

let added = 0
for (const [where, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`
    const nested = `${where}/${key}`
    if (lock.packages[key] || lock.packages[nested] || !exact.test(version)) continue
    const system = os.find((s) => name.includes(s))
    if (!system) continue
    const processor = cpu.find((c) => name.includes(`-${c}`))
    lock.packages[key] = {
      version,
      ...(processor ? { cpu: [processor] } : {}),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [system],
    }
    added++
  }
}
const packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify({ ...lock, packages }, null, 2)}\n`)
console.log(`package-lock.json: ${added} entries added`)
