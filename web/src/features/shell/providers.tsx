'use client'

import type { ReactNode } from 'react'
import { GraphProvider } from '../../graphql/graph-provider'
import { IntlProvider } from '../../messages/intl-provider'

/** The exported HTML holds no words and no data: both depend on who looks. */
export function Providers({ children }: { children: ReactNode }) {
  return (
    <IntlProvider boot={null}>
      <GraphProvider>{children}</GraphProvider>
    </IntlProvider>
  )
}
