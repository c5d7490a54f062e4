import { clsx } from 'clsx'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import type { LogLine } from './use-job-log'

/** A line of a log: when, how bad, what. */
export function LogLineRow({ line, level, time }: { line: LogLine; level: string; time: string }) {
  const Icon = line.level === 'ERROR' ? CircleAlert : line.level === 'WARNING' ? TriangleAlert : null
  return (
    <div
      className={clsx(
        'flex gap-3 px-5 py-0.5 leading-[18px] hover:bg-hover',
        line.level === 'ERROR' ? 'text-bad' : line.level === 'WARNING' ? 'text-warn' : '',
      )}
    >
      <time dateTime={line.at} className="shrink-0 text-ink-soft">
        {time}
      </time>
      {Icon ? (
        <>
          <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0" />
          <span className="sr-only">{level}</span>
        </>
      ) : null}
      <span className="min-w-0 whitespace-pre-wrap break-words">{line.message}</span>
    </div>
  )
}
