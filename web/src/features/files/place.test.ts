import { expect, test } from 'vitest'
import { nextOrder, parsePlace, placeHref } from './place'

test('an address says the same when it is read back', () => {
  const place = { path: '/alice/Fotos & mehr', order: { field: 'MODIFIED_AT', direction: 'DESC' }, preview: 'a #1?.jpg' } as const
  const href = placeHref(place)
  expect(href).toBe('/browse?path=/alice/Fotos%20%26%20mehr&sort=modified.desc&preview=a%20%231%3F.jpg')
  expect(parsePlace(new URL(href, 'http://nas.test').searchParams)).toEqual(place)
})

test('what is usual is not in the address', () => {
  expect(placeHref({ path: '/', order: { field: 'NAME', direction: 'ASC' } })).toBe('/browse')
  expect(parsePlace(new URLSearchParams('sort=nonsense.desc')).order).toEqual({ field: 'NAME', direction: 'ASC' })
})

test('sizes and times begin with the largest, names with A', () => {
  const name = { field: 'NAME', direction: 'ASC' } as const
  expect(nextOrder(name, 'SIZE')).toEqual({ field: 'SIZE', direction: 'DESC' })
  expect(nextOrder({ field: 'SIZE', direction: 'DESC' }, 'NAME')).toEqual(name)
  expect(nextOrder(name, 'NAME')).toEqual({ field: 'NAME', direction: 'DESC' })
})
