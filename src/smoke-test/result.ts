import type { ActionError } from '../errors/action-error.ts'
import { codeBlock, codeElement, codeSpan } from '../text/markdown.ts'

/** The smoke test result of one platform's image. */
export type SmokeResult = {
  readonly platform: string
  readonly emulated: boolean
  /** From loading the image to the end. */
  readonly milliseconds: number
  readonly log: readonly string[]
  /** Undefined if it passed. */
  readonly problem: ActionError | undefined
}

/** Maximum number of log lines in the summary. */
const shownLines = 30

/** Maximum length of such a line in characters. */
const shownCharacters = 1000

/** Renders the smoke test section of the job summary, in GitHub's Markdown. */
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
