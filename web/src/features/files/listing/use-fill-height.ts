import { type RefObject, useLayoutEffect } from 'react'

/** Lets an element reach to the bottom of the window from wherever banners and bars put its top. */
export function useFillHeight(ref: RefObject<HTMLElement | null>) {
  useLayoutEffect(() => {
    const element = ref.current
    const page = document.getElementById('content')
    if (!element || !page) return
    const fit = () => {
      const top = element.getBoundingClientRect().top + window.scrollY
      const below = Number.parseFloat(getComputedStyle(page).paddingBottom) || 0
      // On a phone the padding makes room for the bar at the bottom; on a desk half of it is enough.
      const gap = window.innerWidth < 640 ? below - 24 : below / 2
      element.style.height = `${Math.max(240, Math.floor(window.innerHeight - top - gap))}px`
    }
    fit()
    const observer = new ResizeObserver(fit)
    for (const each of [page.parentElement, element.parentElement]) if (each) observer.observe(each)
    window.addEventListener('resize', fit)
    return () => {
      observer.disconnect()
      window.removeEventListener('resize', fit)
    }
  }, [ref])
}
