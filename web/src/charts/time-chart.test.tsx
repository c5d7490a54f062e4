import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { TimeChart } from './time-chart'

const second = (index: number) => ({ at: index * 1000, value: 50 })

function show(points: { at: number; value: number }[], onCursor = vi.fn(), cursor: number | null = null) {
  const { container } = render(
    <TimeChart
      label="Processor"
      text="now 50 %"
      valueText="12:00: 50 %"
      series={[{ label: 'Processor', color: 'one', points }]}
      to={300_000}
      span={300_000}
      top={100}
      height={128}
      longestStep={2_500}
      cursor={cursor}
      onCursor={onCursor}
      formatValue={String}
      formatBack={String}
    />,
  )
  return { container, onCursor }
}

const lineOf = (container: HTMLElement) => container.querySelector('path.stroke-chart-1')?.getAttribute('d') ?? ''

test('draws one stroke for what was measured without a pause, two around a pause', async () => {
  const whole = show(Array.from({ length: 300 }, (_, index) => second(index)))
  await waitFor(() => expect(lineOf(whole.container).match(/M/g)).toHaveLength(1))
  const broken = show([
    ...Array.from({ length: 100 }, (_, index) => second(index)),
    ...Array.from({ length: 100 }, (_, index) => second(index + 150)),
  ])
  await waitFor(() => expect(lineOf(broken.container).match(/M/g)).toHaveLength(2))
})

test('the arrow keys walk through time and say the values there', () => {
  const { onCursor } = show([second(1)])
  const chart = screen.getByRole('slider', { name: 'Processor' })
  expect(chart.getAttribute('aria-valuetext')).toBe('12:00: 50 %')
  fireEvent.keyDown(chart, { key: 'ArrowLeft' })
  expect(onCursor).toHaveBeenLastCalledWith(1_000)
  fireEvent.keyDown(chart, { key: 'Home' })
  expect(onCursor).toHaveBeenLastCalledWith(300_000)
  fireEvent.keyDown(chart, { key: 'ArrowRight' })
  expect(onCursor).toHaveBeenLastCalledWith(0)
  fireEvent.keyDown(chart, { key: 'Escape' })
  expect(onCursor).toHaveBeenLastCalledWith(null)
})
