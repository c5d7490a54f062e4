/**
 * Numbers from 0 to below 1 that look random and depend only on seed and index, so that nothing depends on how often or in
 * which order they are asked for. The mixing is that of mulberry32 (Tommy Ettinger, public domain).
 */
export function randomAt(seed: number, index: number): number {
  let mixed = (seed + Math.imul(index + 1, 0x6d2b79f5)) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
