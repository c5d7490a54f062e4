'use client'

import { type ReactNode, useEffect } from 'react'

/** The page's one h1, and the name of the tab. */
export function PageHeader({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  useDocumentTitle(title)
  return (
    <header className="mb-6 flex flex-wrap items-end gap-x-6 gap-y-3">
      <div className="min-w-0 flex-1">
        <h1 className="font-semibold text-[22px] leading-7 tracking-[-0.01em]">{title}</h1>
        {children ? <div className="mt-1 text-ink-soft">{children}</div> : null}
      </div>
      {action}
    </header>
  )
}

export function useDocumentTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · BaluHost`
  }, [title])
}
