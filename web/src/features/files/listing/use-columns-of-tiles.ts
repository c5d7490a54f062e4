import { type RefObject, useLayoutEffect, useState } from 'react'

/** A tile is at least so wide, in pixels; on a phone two stand side by side. */
const TILE_WIDTH = 168

/** How many tiles stand side by side in the element; 1 where it is no list of tiles. */
export function useColumnsOfTiles(ref: RefObject<HTMLElement | null>, tiles: boolean): number {
  const [count, setCount] = useState(2)
  useLayoutEffect(() => {
    const element = ref.current
    if (!tiles || !element) return
    const fit = () => setCount(Math.max(2, Math.floor(element.clientWidth / TILE_WIDTH)))
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref, tiles])
  return tiles ? count : 1
}
