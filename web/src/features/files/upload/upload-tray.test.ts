import { expect, test, vi } from 'vitest'
import type { TransferEvents, TransferJob, Transport } from './transport'
import type { UploadFrame } from './upload-item'
import { UploadTray } from './upload-tray'

class FakeTransport implements Transport {
  readonly started: { job: TransferJob; events: TransferEvents; stopped: boolean }[] = []
  readonly cancelled: string[] = []
  known: { name: string; id: string }[] = []

  start: Transport['start'] = (job, events) => {
    const transfer = { job, events, stopped: false }
    this.started.push(transfer)
    return {
      stop: async () => {
        transfer.stopped = true
      },
    }
  }
  isSameFile: Transport['isSameFile'] = async (file, _path, id) => this.known.some((each) => each.name === file.name && each.id === id)
  cancel: Transport['cancel'] = async (id) => {
    this.cancelled.push(id)
  }
}

function createTray() {
  const transport = new FakeTransport()
  return { transport, tray: new UploadTray(async () => transport) }
}

const planned = (...names: string[]) => names.map((name) => ({ path: `/alice/${name}`, file: new File(['0123456789'], name) }))

function frame(id: string, offset: number, rest: Partial<UploadFrame> = {}): UploadFrame {
  return {
    __typename: 'UploadProgress',
    id,
    path: `/alice/${id}`,
    state: 'RECEIVING',
    offset,
    length: 10,
    bytesPerSecond: 5,
    problem: null,
    ...rest,
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0))

test('what is shown is what the server has, not what was sent', async () => {
  const { tray, transport } = createTray()
  tray.add(planned('a'))
  await settle()
  transport.started[0]?.events.onId('a')
  expect(tray.getSnapshot()).toMatchObject({ items: [{ state: 'sending', offset: 0 }], totals: { part: 0 } })
  tray.take(frame('a', 4))
  expect(tray.getSnapshot()).toMatchObject({ items: [{ offset: 4 }], totals: { part: 0.4, bytesPerSecond: 5 } })
  tray.take(frame('a', 10, { state: 'VERIFYING' }))
  expect(tray.getSnapshot().items[0]?.state).toBe('verifying')
  tray.take(frame('a', 10, { state: 'DONE' }))
  expect(tray.getSnapshot().items[0]).toMatchObject({ state: 'done', file: null })
})

test('three are sent at once, the rest waits without a transfer of its own', async () => {
  const { tray, transport } = createTray()
  tray.add(planned(...Array.from({ length: 3_000 }, (_, index) => `f${index}`)))
  await settle()
  expect(transport.started.length).toBe(3)
  transport.started[0]?.events.onDone()
  await settle()
  expect(transport.started.map((each) => each.job.path)).toEqual(['/alice/f0', '/alice/f1', '/alice/f2', '/alice/f3'])
})

test('a taken name is asked about once; the answer for all serves the rest', async () => {
  const { tray, transport } = createTray()
  tray.add(planned('a.txt', 'b.txt'))
  await settle()
  const taken = { code: 'NAME_TAKEN', message: '' }
  transport.started[0]?.events.onFailed(taken, true)
  expect(tray.getSnapshot()).toMatchObject({ asking: { path: '/alice/a.txt' }, askingOthers: 1 })
  tray.answer('keepBoth', true)
  transport.started[1]?.events.onFailed(taken, true)
  await settle()
  expect(tray.getSnapshot().asking).toBeNull()
  expect(transport.started.slice(2).map(({ job }) => [job.path, job.ifExists])).toEqual([
    ['/alice/a.txt', 'keepBoth'],
    ['/alice/b.txt', 'keepBoth'],
  ])
  // The server found the name; its word may come before or after the answer to the upload.
  transport.started[2]?.events.onId('a')
  tray.take(frame('a', 10, { state: 'DONE', path: '/alice/a (2).txt' }))
  transport.started[3]?.events.onId('b')
  transport.started[3]?.events.onDone()
  tray.take(frame('b', 10, { state: 'DONE', path: '/alice/b (2).txt' }))
  expect(tray.getSnapshot().items.map(({ path, state }) => [path, state])).toEqual([
    ['/alice/a (2).txt', 'done'],
    ['/alice/b (2).txt', 'done'],
  ])
})

test('unfinished uploads wait for their own file, and go on under their id', async () => {
  const { tray, transport } = createTray()
  tray.takeUnfinished([frame('big', 6)])
  expect(tray.getSnapshot()).toMatchObject({ items: [{ state: 'interrupted', offset: 6 }], totals: { attention: 1, open: 0 } })
  const key = tray.getSnapshot().items[0]?.key ?? ''
  transport.known = [{ name: 'big', id: 'big' }]
  expect(await tray.choose(key, new File(['0123456789'], 'other'))).toBe(false)
  expect(await tray.choose(key, new File(['short'], 'big'))).toBe(false)
  expect(transport.started).toEqual([])
  expect(await tray.choose(key, new File(['0123456789'], 'big'))).toBe(true)
  await settle()
  expect(transport.started[0]?.job).toMatchObject({ id: 'big', path: '/alice/big' })
})

test('dropping the same file at the same place goes on, too', async () => {
  const { tray, transport } = createTray()
  tray.takeUnfinished([frame('big', 6)])
  transport.known = [{ name: 'big', id: 'big' }]
  tray.add(planned('big'))
  await settle()
  expect(transport.started.map((each) => each.job.id)).toEqual(['big'])
  expect(tray.getSnapshot().items.length).toBe(1)
})

test('what another tab sends is not called interrupted', () => {
  vi.useFakeTimers()
  const { tray } = createTray()
  tray.take(frame('x', 1))
  tray.take(frame('x', 3))
  expect(tray.getSnapshot().items[0]?.state).toBe('elsewhere')
  vi.advanceTimersByTime(20_000)
  expect(tray.getSnapshot().items[0]?.state).toBe('interrupted')
  vi.useRealTimers()
})

test('cancelling ends it on the server; a late frame does not bring it back', async () => {
  const { tray, transport } = createTray()
  tray.add(planned('a'))
  await settle()
  transport.started[0]?.events.onId('a')
  await tray.cancel(tray.getSnapshot().items[0]?.key ?? '')
  expect(transport.started[0]?.stopped).toBe(true)
  expect(transport.cancelled).toEqual(['a'])
  tray.take(frame('a', 5))
  expect(tray.getSnapshot().items).toEqual([])
})

test('without an answer it waits and goes on by itself; a refusal stays until the person acts', async () => {
  const { tray, transport } = createTray()
  tray.add(planned('a', 'b'))
  await settle()
  transport.started[0]?.events.onFailed({ code: 'NO_ANSWER', message: '' }, false)
  transport.started[1]?.events.onFailed({ code: 'STORAGE_FULL', message: '' }, true)
  expect(tray.getSnapshot().items.map((each) => each.state)).toEqual(['failed', 'waiting'])
  tray.resumeWaiting()
  await settle()
  expect(transport.started.map((each) => each.job.path)).toEqual(['/alice/a', '/alice/b', '/alice/a'])
})
