import { basename } from 'node:path'
import type { PublishedContent } from '../publish/publish.ts'
import { codeBlock, codeElement, codeSpan } from '../text/markdown.ts'

/** The result of one command of `before-tags`. */
export type GateResult = {
  readonly program: string
  readonly milliseconds: number
  /** The end of its output, in lines of at most `shownCharacters`. */
  readonly log: readonly string[]
  readonly passed: boolean
}

/** The results of all commands. */
export type Gated = {
  readonly results: readonly GateResult[]
  /** The pushed references that the commands check; undefined if the image is not pushed. */
  readonly content: PublishedContent | undefined
}

/** Maximum length of a line in the summary and in an error (characters). */
export const shownCharacters = 1000

/** Renders the section of the job summary about `before-tags`, in GitHub's Markdown. */
export function gateSection(results: readonly GateResult[]): readonly string[] {
  return results.flatMap(({ program, milliseconds, log, passed }) => {
    const ended = `${passed ? 'passed' : 'failed'} (${(milliseconds / 1000).toFixed(1)} s)`
    if (log.length === 0) return [`Before tags, ${codeSpan(basename(program))}: ${ended}`, '']
    return [
      `<details><summary>Before tags, ${codeElement(basename(program))}: ${ended}</summary>`,
      '',
      ...codeBlock(log),
      '',
      '</details>',
      '',
    ]
  })
}
