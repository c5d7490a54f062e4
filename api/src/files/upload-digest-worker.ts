import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { type Region, RunningDigest, readAgain, readInto } from './upload-digest.ts'
import type { DigestAnswer, DigestOrder } from './upload-digests.ts'

/** Hashing a fast network takes a whole core; here it takes none of the one that answers. */
const digests = new Map<string, RunningDigest>()

async function carryOut(order: DigestOrder): Promise<DigestAnswer['value']> {
  switch (order.do) {
    case 'begin':
      return begin(order.id, order.region, order.whole, order.algorithm)
    case 'update':
      known(order.id).update(new Uint8Array(order.memory, 0, order.bytes))
      return null
    case 'partDigest':
      return known(order.id).partDigest()
    case 'takeBack':
      return known(order.id).takeBack()
    case 'digest':
      return known(order.id).digest()
    case 'seals':
      return digests.get(order.id)?.sealer.seals() ?? null
    case 'check':
      return readAgain(order.region, known(order.id).sealer.seals(), null)
    case 'assemble': {
      const hash = createHash('sha256')
      for (const { region, seals } of order.parts) if (!(await readAgain(region, seals, hash))) return null
      return hash.digest('hex')
    }
    case 'forget':
      digests.delete(order.id)
      return null
  }
}

function known(id: string): RunningDigest {
  const digest = digests.get(id)
  if (!digest) throw new Error('nothing is known of this upload')
  return digest
}

async function begin(id: string, region: Region, whole: boolean, algorithm: 'sha1' | 'sha256' | null): Promise<boolean> {
  let digest = digests.get(id)
  if (digest?.position !== region.length) {
    digest = new RunningDigest(whole)
    if (!(await readInto(digest, region))) return false
    digests.set(id, digest)
  }
  digest.beginPart(algorithm)
  return true
}

parentPort?.on('message', (order: DigestOrder) => {
  carryOut(order).then(
    (value) => parentPort?.postMessage({ number: order.number, value } satisfies DigestAnswer),
    (error: unknown) => parentPort?.postMessage({ number: order.number, value: null, error: String(error) } satisfies DigestAnswer),
  )
})
