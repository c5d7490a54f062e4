import { Skeleton } from '../../ui/skeleton'

/** The frame before anyone is known to be signed in: shapes only, no words. */
export function ShellSkeleton() {
  return (
    <div aria-busy className="flex min-h-dvh">
      <div className="hidden h-dvh w-56 shrink-0 border-line border-r p-3 sm:block sm:rail-narrow:w-[61px]" />
      <div className="min-w-0 flex-1">
        <div className="h-14 border-line border-b" />
        <div className="grid gap-4 p-6">
          <Skeleton className="h-8 w-72 max-w-full" />
          <div className="grid gap-4 lg:grid-cols-2">
            <Skeleton className="h-56 rounded-card" />
            <Skeleton className="h-56 rounded-card" />
          </div>
        </div>
      </div>
    </div>
  )
}
