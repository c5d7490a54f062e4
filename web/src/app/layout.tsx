import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { Providers } from '../features/shell/providers'
import { firstPaintScript } from '../ui/first-paint'
import './globals.css'

export const metadata: Metadata = { applicationName: 'BaluHost', robots: { index: false, follow: false } }

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f5f8f8' },
    { media: '(prefers-color-scheme: dark)', color: '#0f1517' },
  ],
}

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours that must run before the first paint; the policy knows its hash */}
        <script dangerouslySetInnerHTML={{ __html: firstPaintScript }} />
      </head>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  )
}
