import { basename } from 'node:path'
import type { PublishedContent } from '../publish/publish.ts'
import { codeBlock, codeElement, codeSpan } from '../text/markdown.ts'

/** How one command of `before-tags` ended. */
export type GateResult = {
  readonly program: string
  readonly milliseconds: number
  /** The end of its output, lines of up to `shownCharacters`. */
  readonly log: readonly string[]
  readonly passed: boolean
}

/** How all of them ended. */
export type Gated = {
  readonly results: readonly GateResult[]
  /** What the commands looked at in the registries; undefined when nothing is pushed. */
  readonly content: PublishedContent | undefined
}

/** Characters of a line that the summary and an error show. */
export const shownCharacters = 1000

/** The part of the job summary about `before-tags`, in GitHub's Markdown. */
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
