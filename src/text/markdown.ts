/**
 * Text from outside in GitHub's Markdown. What stands in code is not read: no link, image, heading, mention, reference or HTML element
 * comes of it. https://github.github.com/gfm/#code-spans
 */

/** Characters of one code span. */
const mostInSpan = 1000

/** Returns the text as a code span: on one line, at most 1000 characters. "" for no text, which cannot be one. */
export function codeSpan(text: string): string {
  // Control and format characters, and what ends a line.
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  if (line === '') return ''
  const shown = line.length > mostInSpan ? `${line.slice(0, mostInSpan)}…` : line
  const fence = '`'.repeat(longestRun(shown) + 1)
  // One space at each end is taken away again.
  const space = /^`|`$/.test(shown) ? ' ' : ''
  return `${fence}${space}${shown}${space}${fence}`
}

/** Returns the text as a code span in a cell of a table, where a bar ends the cell in code too. */
export function codeCell(text: string): string {
  // A backslash before a bar would be taken for the escape of a backslash, so it gets a space.
  return codeSpan(text)
    .replaceAll(/\\(?=\|)/g, '\\ ')
    .replaceAll('|', '\\|')
}

/** Returns the text as a code element of HTML, for places where Markdown is not read: on a line that begins with a tag. */
export function codeElement(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  return `<code>${line.replaceAll(/[&<>"]/g, (found) => `&#${found.charCodeAt(0)};`)}</code>`
}

/** Returns the lines as a code block. */
export function codeBlock(lines: readonly string[]): readonly string[] {
  const shown = lines.map((line) => line.replaceAll(/[^\P{Cc}\t]|[\p{Cf}\u2028\u2029]/gu, ' '))
  const fence = '`'.repeat(Math.max(3, longestRun(shown.join('\n')) + 1))
  return [`${fence}text`, ...shown, fence]
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 0)
}
