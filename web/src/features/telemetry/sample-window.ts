interface Moment {
  at: string
}

/**
 * Adds samples to a window of `seconds` that ends with the newest. Keeps time order and one sample per moment: what the ring gave
 * again after a loss must not be drawn twice, and a frame may overtake the answer that holds the ring.
 */
export function mergeSamples<T extends Moment>(known: readonly T[], incoming: readonly T[], seconds: number): readonly T[] {
  if (incoming.length === 0) return known
  const newestKnown = known.at(-1)
  const [only] = incoming
  // The usual case, once a second: one newer sample at the end.
  const all =
    incoming.length === 1 && only && (!newestKnown || Date.parse(only.at) > Date.parse(newestKnown.at))
      ? [...known, only]
      : [...new Map([...known, ...incoming].map((each) => [Date.parse(each.at), each])).entries()]
          .sort(([one], [other]) => one - other)
          .map(([, each]) => each)
  const newest = all.at(-1)
  const oldest = newest ? Date.parse(newest.at) - seconds * 1000 : 0
  const first = all.findIndex((each) => Date.parse(each.at) >= oldest)
  return first > 0 ? all.slice(first) : all
}
