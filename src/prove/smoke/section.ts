import type { SmokeResult } from './try-images.ts'

/** Lines of a log that the summary shows. */
const shownLines = 30

/** The smoke test's part of the job summary, in GitHub's Markdown. */
export function smokeSection(results: readonly SmokeResult[]): readonly string[] {
  return results.flatMap(({ platform, milliseconds, emulated, log, problem }) => {
    const how = `${(milliseconds / 1000).toFixed(1)} s${emulated ? ', emulated' : ''}`
    const title = `Smoke test of ${platform}: ${problem ? 'failed' : 'passed'} (${how})`
    if (log.length === 0) return [title, '']
    const lines = log.slice(-shownLines).map((line) => `    ${line}`)
    return [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>', '']
  })
}
