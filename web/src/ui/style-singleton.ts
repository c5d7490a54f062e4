import { useEffect } from 'react'

/*
 * Stands in for the package of the same name (see next.config.ts): scroll locking under dialogs hands its rules here.
 * A constructable sheet needs no 'unsafe-inline' in the page's policy, an inserted <style> element would.
 */
export function stylesheetSingleton() {
  let readers = 0
  let sheet: CSSStyleSheet | null = null
  return {
    add(css: string) {
      if (readers === 0) {
        sheet = new CSSStyleSheet()
        sheet.replaceSync(css)
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
      }
      readers += 1
    },
    remove() {
      readers -= 1
      if (readers > 0 || !sheet) return
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet)
      sheet = null
    },
  }
}

export function styleHookSingleton() {
  const singleton = stylesheetSingleton()
  return function useStyle(styles: string, isDynamic?: boolean) {
    // biome-ignore lint/correctness/useExhaustiveDependencies: the contract of the package: static rules are added once
    useEffect(() => {
      singleton.add(styles)
      return () => singleton.remove()
    }, [styles && isDynamic])
  }
}

export function styleSingleton() {
  const useStyle = styleHookSingleton()
  return function Sheet({ styles, dynamic }: { styles: string; dynamic?: boolean }) {
    useStyle(styles, dynamic)
    return null
  }
}
