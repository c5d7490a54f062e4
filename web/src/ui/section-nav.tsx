'use client'

import { clsx } from 'clsx'
import Link from 'next/link'
import { useEffect, useRef } from 'react'

export interface SectionLink {
  id: string
  href: string
  label: string
}

/** Tabs that are addresses: each section of a page can be linked to, and back and forward work. */
export function SectionNav({ label, links, shown }: { label: string; links: readonly SectionLink[]; shown: string | undefined }) {
  const nav = useRef<HTMLElement>(null)
  // On a phone there are more than fit: the one that is shown must be among those that can be seen.
  useEffect(() => {
    if (shown) nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [shown])
  return (
    <nav ref={nav} aria-label={label} className="mb-6 overflow-x-auto border-line border-b">
      <ul className="flex gap-1">
        {links.map((link) => {
          const here = link.id === shown
          return (
            <li key={link.id}>
              <Link
                href={link.href}
                aria-current={here ? 'page' : undefined}
                className={clsx(
                  'flex h-10 items-center whitespace-nowrap border-b-2 px-3 text-sm transition-colors',
                  here ? 'border-accent font-medium text-accent' : 'border-transparent text-ink-soft hover:text-ink',
                )}
              >
                {link.label}
              </Link>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
