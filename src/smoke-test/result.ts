import type { ActionError } from '../errors/action-error.ts'
import { codeBlock, codeElement, codeSpan } from '../text/markdown.ts'

/** How one platform's image ran. */
export type SmokeResult = {
  readonly platform: string
  readonly emulated: boolean
  /** From the load to the end. */
  readonly milliseconds: number
  readonly log: readonly string[]
  /** Undefined when it passed. */
  readonly problem: ActionError | undefined
}

/** Lines of a log that the summary shows. */
const shownLines = 30

/** Characters of such a line. */
const shownCharacters = 1000

/** The smoke test's part of the job summary, in GitHub's Markdown. */
export function smokeSection(results: readonly SmokeResult[]): readonly string[] {
  return results.flatMap(({ platform, milliseconds, emulated, log, problem }) => {
    const how = `${(milliseconds / 1000).toFixed(1)} s${emulated ? ', emulated' : ''}`
    const ended = `${problem ? 'failed' : 'passed'} (${how})`
    if (log.length === 0) return [`Smoke test of ${codeSpan(platform)}: ${ended}`, '']
    const title = `Smoke test of ${codeElement(platform)}: ${ended}`
    return [
      `<details><summary>${title}</summary>`,
      '',
      ...codeBlock(log.slice(-shownLines).map((line) => line.slice(0, shownCharacters))),
      '',
      '</details>',
      '',
    ]
  })
}
