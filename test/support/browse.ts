import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type SeenSummary, seenOn, summaryPage } from './summary-page.ts'

/** Shows a summary in the browser, in a window of 1012 pixels; `picture` is the file for a screenshot. */
export function browseSummary(browser: string, markdown: string, picture?: string): SeenSummary {
  const folder = mkdtempSync(join(tmpdir(), 'polyarch-page-'))
  try {
    const page = join(folder, 'page.html')
    writeFileSync(page, summaryPage(markdown))
    const show = (height: number, ...more: readonly string[]): string =>
      execFileSync(
        browser,
        [
          '--hide-scrollbars',
          '--virtual-time-budget=20000',
          `--window-size=1012,${height}`,
          `--user-data-dir=${join(folder, 'profile')}`,
          ...more,
          pathToFileURL(page).href,
        ],
        {
          encoding: 'utf8',
          timeout: 60_000,
          env: { PATH: process.env['PATH'], HOME: folder },
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      )
    const seen = seenOn(show(2000, '--dump-dom'))
    if (picture !== undefined) show(Math.ceil(seen.height), `--screenshot=${picture}`)
    return seen
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
