'use client'

import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { Skeleton } from '../../../ui/skeleton'

const FIRST = 1_048_576

/** The beginning of a text, as much as a person reads before opening it properly. */
export function TextPreview({ url, size, label }: { url: string; size: number; label: string }) {
  const t = useTranslations('files.preview')
  const format = useFormat()
  const [text, setText] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)

  useEffect(() => {
    const abort = new AbortController()
    setText(null)
    setFailed(false)
    const read = async () => {
      // An empty file has no first byte to ask for.
      const headers: Record<string, string> = size > 0 ? { range: `bytes=0-${FIRST - 1}` } : {}
      const response = await fetch(url, { headers, signal: abort.signal })
      if (!response.ok) throw new Error(String(response.status))
      setText(new TextDecoder().decode((await response.arrayBuffer()).slice(0, FIRST)))
    }
    void read().catch(() => {
      if (!abort.signal.aborted) setFailed(true)
    })
    return () => abort.abort()
  }, [url, size])

  if (failed) return <p className="p-6 text-ink-soft">{t('notReadable')}</p>
  if (text === null) {
    return (
      <div className="grid w-full gap-3 self-start p-6">
        <Skeleton className="h-4 w-2/3" />
        <Skeleton className="h-4 w-1/2" />
        <Skeleton className="h-4 w-3/5" />
      </div>
    )
  }
  return (
    <div className="flex size-full flex-col">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section tabIndex={0} aria-label={label} data-own-keys className="min-h-0 flex-1 overflow-auto p-5">
        <pre className="font-mono text-[13px] leading-5">{text}</pre>
      </section>
      {size > FIRST ? (
        <p className="border-line border-t px-5 py-2 text-[13px] text-ink-soft">{t('firstPart', { size: format.bytes(FIRST) })}</p>
      ) : null}
    </div>
  )
}
