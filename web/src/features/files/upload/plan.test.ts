import { expect, test } from 'vitest'
import { planUpload } from './plan'
import { type Found, foundInInput, readDrop } from './read-drop'

const file = (name: string) => new File(['x'], name)

test('folders come before what is in them, each once', () => {
  const found: Found[] = [
    { names: ['trip', 'day 1', 'a.jpg'], file: file('a.jpg') },
    { names: ['trip', 'day 1', 'b.jpg'], file: file('b.jpg') },
    { names: ['trip', 'plan.txt'], file: file('plan.txt') },
    { names: ['trip', 'empty'], file: null },
  ]
  const plan = planUpload(found, '/alice')
  expect(plan.folders).toEqual(['/alice/trip', '/alice/trip/day 1', '/alice/trip/empty'])
  expect(plan.files.map((each) => each.path)).toEqual(['/alice/trip/day 1/a.jpg', '/alice/trip/day 1/b.jpg', '/alice/trip/plan.txt'])
})

test('loose files need no folder', () => {
  const plan = planUpload(foundInInput([file('a.txt')]), '/alice/photos')
  expect(plan).toMatchObject({ folders: [], files: [{ path: '/alice/photos/a.txt' }] })
})

/** A folder as a browser gives it: some entries at a time. */
function folder(name: string, ...batches: FileSystemEntry[][]): FileSystemEntry {
  const entry = {
    name,
    isFile: false,
    isDirectory: true,
    createReader: () => {
      const left = [...batches, []]
      return { readEntries: (done: (entries: FileSystemEntry[]) => void) => done(left.shift() ?? []) }
    },
  }
  return entry as unknown as FileSystemEntry
}

function leaf(name: string): FileSystemEntry {
  return { name, isFile: true, isDirectory: false, file: (done: (file: File) => void) => done(file(name)) } as unknown as FileSystemEntry
}

test('a dropped folder is read to its end, though the browser gives it in parts', async () => {
  const tree = folder('trip', [leaf('1.jpg'), leaf('2.jpg')], [leaf('3.jpg'), folder('deep', [leaf('4.jpg')])])
  const items = [{ kind: 'file', webkitGetAsEntry: () => tree }] as unknown as DataTransferItemList
  const found = await readDrop({ items, files: [] as unknown as FileList })
  expect(found.map((each) => each.names.join('/'))).toEqual([
    'trip',
    'trip/1.jpg',
    'trip/2.jpg',
    'trip/3.jpg',
    'trip/deep',
    'trip/deep/4.jpg',
  ])
})
