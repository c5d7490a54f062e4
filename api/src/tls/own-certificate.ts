import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'
import type { Log } from '../platform/log.ts'
import { StartFault } from '../platform/start-fault.ts'
import type { CertificateSource, ServerCertificate } from './model.ts'

/** How often the files are looked at, in milliseconds. They may be replaced as links, which no file watcher reports everywhere. */
const lookEvery = 5_000

/** The administrator's own certificate, read anew when its files change: a renewal needs no restart. */
export class OwnCertificate implements CertificateSource {
  readonly authority = null
  readonly #files: { readonly cert: string; readonly key: string }
  readonly #log: Log
  #current: ServerCertificate

  constructor(files: { readonly cert: string; readonly key: string }, log: Log) {
    this.#files = files
    this.#log = log
    this.#current = this.#read()
  }

  current(): ServerCertificate {
    return this.#current
  }

  watch(renewed: (certificate: ServerCertificate) => void, interval = lookEvery): () => void {
    const look = () => {
      try {
        const next = this.#read()
        if (next.cert === this.#current.cert && next.key === this.#current.key) return
        this.#current = next
        this.#log.info({ file: this.#files.cert }, 'the TLS certificate was renewed')
        renewed(next)
      } catch (err) {
        // The two files are not replaced in one moment: the next look finds them together.
        this.#log.warn({ err }, 'the new TLS certificate cannot be used; the present one stays')
      }
    }
    const files = [this.#files.cert, this.#files.key]
    for (const file of files) watchFile(file, { interval, persistent: false }, look)
    return () => {
      for (const file of files) unwatchFile(file, look)
    }
  }

  #read(): ServerCertificate {
    const cert = readOrFault(this.#files.cert, 'BALUHOST_TLS_CERT')
    const key = readOrFault(this.#files.key, 'BALUHOST_TLS_KEY')
    let belongs: boolean
    try {
      belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    } catch (error) {
      throw new StartFault(
        `The TLS certificate ${this.#files.cert} or its key is not valid PEM: ${error instanceof Error ? error.message : error}`,
      )
    }
    if (!belongs) throw new StartFault(`The key ${this.#files.key} is not the key of the certificate ${this.#files.cert}.`)
    return { cert, key }
  }
}

function readOrFault(file: string, setting: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error
    throw new StartFault(`The file ${file} of ${setting} cannot be read (${reason}).`)
  }
}
