import { Skeleton } from '../../ui/skeleton'

export function LiveTilesSkeleton() {
  return (
    <div aria-busy className="grid gap-4 lg:grid-cols-2">
      {['cpu', 'memory', 'network', 'disk'].map((name) => (
        <Skeleton key={name} className="h-[238px] rounded-card!" />
      ))}
    </div>
  )
}
