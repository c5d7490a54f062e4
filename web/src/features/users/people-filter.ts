import { useRouter, useSearchParams } from 'next/navigation'
import { useCallback, useMemo } from 'react'
import type { Role, UserFilter, UserOrder, UserOrderField } from '../../graphql/generated/graphql'

const roles: readonly string[] = ['ADMIN', 'USER', 'VIEWER']
const fields: readonly string[] = ['USERNAME', 'CREATED_AT', 'LAST_SIGN_IN_AT', 'ROLE']

/** What the list of people shows stands in the address: it can be linked to, and back works. */
export interface PeopleFilter {
  search: string
  role: Role | ''
  state: 'active' | 'disabled' | ''
  group: string
  order: UserOrder
}

/** Names and roles begin with the first, times with the latest. */
export function firstDirection(field: UserOrderField): UserOrder['direction'] {
  return field === 'CREATED_AT' || field === 'LAST_SIGN_IN_AT' ? 'DESC' : 'ASC'
}

export function readFilter(params: URLSearchParams): PeopleFilter {
  const role = params.get('role') ?? ''
  const state = params.get('state')
  const field = (params.get('sort') ?? 'USERNAME') as UserOrderField
  const known = fields.includes(field) ? field : 'USERNAME'
  return {
    search: params.get('q') ?? '',
    role: roles.includes(role) ? (role as Role) : '',
    state: state === 'active' || state === 'disabled' ? state : '',
    group: params.get('group') ?? '',
    order: { field: known, direction: params.get('way') === 'other' ? otherDirection(known) : firstDirection(known) },
  }
}

export function writeFilter({ search, role, state, group, order }: PeopleFilter): string {
  const params = new URLSearchParams()
  if (search) params.set('q', search)
  if (role) params.set('role', role)
  if (state) params.set('state', state)
  if (group) params.set('group', group)
  if (order.field !== 'USERNAME') params.set('sort', order.field)
  if (order.direction !== firstDirection(order.field)) params.set('way', 'other')
  return params.size > 0 ? `/people?${params}` : '/people'
}

/** As the graph takes it. */
export function toUserFilter({ search, role, state, group }: PeopleFilter): UserFilter {
  return {
    search: search.trim() || null,
    role: role || null,
    disabled: state === '' ? null : state === 'disabled',
    groupId: group || null,
  }
}

export function isFiltered({ search, role, state, group }: PeopleFilter): boolean {
  return search.trim() !== '' || role !== '' || state !== '' || group !== ''
}

export function usePeopleFilter() {
  const router = useRouter()
  const params = useSearchParams()
  const filter = useMemo(() => readFilter(params), [params])
  const change = useCallback(
    (part: Partial<PeopleFilter>) => {
      // Typing is not a journey: going back leaves the list and does not take letters away.
      router.replace(writeFilter({ ...filter, ...part }), { scroll: false })
    },
    [router, filter],
  )
  return [filter, change] as const
}

function otherDirection(field: UserOrderField): UserOrder['direction'] {
  return firstDirection(field) === 'ASC' ? 'DESC' : 'ASC'
}
