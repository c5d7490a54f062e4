// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
import { clsx } from 'clsx'
import { columns } from './columns'

const widths = ['w-3/5', 'w-2/5', 'w-1/2', 'w-1/3'] as const

/** Still, unlike other skeletons: thirty that breathe would cost the scrolling its frames. */
function Bar({ className }: { className: string }) {
  return <span aria-hidden className={clsx('block rounded-control bg-hover', className)} />
}

/** A row that is on its way, in its place. */
export function RowSkeleton({ index, top, height, id }: { index: number; top: number; height: number; id: string }) {
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-busy
      style={{ transform: `translateY(${top}px)`, height }}
      className={clsx(columns, 'absolute inset-x-0 top-0 items-center border-line border-b pr-1 pl-1')}
    >
      <span role="gridcell" className="grid place-items-center">
        <Bar className="size-5 rounded-md!" />
      </span>
      <span role="gridcell" className="sm:pl-1">
        <Bar className={clsx('h-3.5', widths[index % widths.length])} />
        <Bar className="mt-2 h-3 w-24 sm:hidden" />
      </span>
      <span role="gridcell" className="max-sm:hidden">
        <Bar className="ml-auto h-3.5 w-12" />
      </span>
      <span role="gridcell" className="pl-6 max-sm:hidden">
        <Bar className="h-3.5 w-20" />
      </span>
      <span role="gridcell" className="pl-2 max-lg:hidden">
        <Bar className="h-3.5 w-16" />
      </span>
      <span role="gridcell" />
    </div>
  )
}
