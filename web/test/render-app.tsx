import { type RenderResult, render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { createGraph } from '../src/graphql/client'
import { GraphProvider } from '../src/graphql/graph-provider'
import { IntlProvider } from '../src/messages/intl-provider'
import { FakeLive } from './fake-live'

export const router = { replace: vi.fn(), push: vi.fn(), refresh: vi.fn(), prefetch: vi.fn() }

vi.mock('next/navigation', async () => {
  const { useSearchParams } = await import('./address')
  return { useRouter: () => router, usePathname: () => '/', useSearchParams }
})

/** A view with everything around it that the real page has: language, client, cache, and a live socket of the test. */
export function renderApp(view: ReactNode): RenderResult & { live: FakeLive } {
  const live = new FakeLive()
  const result = render(
    <IntlProvider boot={null}>
      <GraphProvider graph={createGraph(live)}>{view}</GraphProvider>
    </IntlProvider>,
  )
  return Object.assign(result, { live })
}
