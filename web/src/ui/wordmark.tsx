/** A bear's paw made of four disks and a case. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden className={className}>
      <rect width="24" height="24" rx="6" className="fill-accent" />
      <g className="fill-on-accent">
        <circle cx="6.2" cy="10.4" r="1.75" />
        <circle cx="10" cy="7" r="1.85" />
        <circle cx="14" cy="7" r="1.85" />
        <circle cx="17.8" cy="10.4" r="1.75" />
        <path d="M12 10.6c2.7 0 5 2.6 5 4.7 0 1.6-1.2 2.3-2.5 2.3-1 0-1.6-.4-2.5-.4s-1.5.4-2.5.4C8.2 17.6 7 16.9 7 15.3c0-2.1 2.3-4.7 5-4.7Z" />
      </g>
    </svg>
  )
}

export function Wordmark() {
  return (
    <span className="inline-flex items-center gap-2.5 font-semibold text-[15px] tracking-[-0.01em]">
      <Mark className="size-6 shrink-0" />
      BaluHost
    </span>
  )
}
