import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong with the page as it stands, one line each. */
export async function findBarriers(page: Page): Promise<string[]> {
  // Evaluated from outside: the page's policy lets nothing be loaded into it.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source)
  const { violations } = await page.evaluate(() => {
    const { axe } = window as unknown as { axe: { run: (context: Document, options: RunOptions) => Promise<AxeResults> } }
    return axe.run(document, { resultTypes: ['violations'], iframes: false })
  })
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, any, all }) => `${id}: ${help}\n  ${html.slice(0, 200)}\n  ${[...any, ...all].map(({ message }) => message).join('; ')}`,
    ),
  )
}
