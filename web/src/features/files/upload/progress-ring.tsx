const RADIUS = 6.5
const AROUND = 2 * Math.PI * RADIUS

/** How far something is, as small as an icon. What it shows is also said in words beside it. */
export function ProgressRing({ part }: { part: number }) {
  return (
    <svg aria-hidden viewBox="0 0 16 16" className="-rotate-90 size-4 shrink-0">
      <circle cx="8" cy="8" r={RADIUS} fill="none" strokeWidth="2.5" className="stroke-line" />
      <circle
        cx="8"
        cy="8"
        r={RADIUS}
        fill="none"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeDasharray={AROUND}
        strokeDashoffset={AROUND * (1 - Math.min(1, Math.max(0, part)))}
        className="stroke-accent transition-[stroke-dashoffset]"
      />
    </svg>
  )
}
