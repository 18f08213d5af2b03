/**
 * Text from outside in GitHub's Markdown. Code is not interpreted: it cannot result in a link, image, heading, mention,
 * reference or HTML element. https://github.github.com/gfm/#code-spans
 */

/** Maximum length of one code span in characters. */
const mostInSpan = 1000

/**
 * Returns the text as a code span: on one line, at most 1000 characters; "" for an empty text, which cannot be a code
 * span.
 */
export function codeSpan(text: string): string {
  // Control and format characters, and line separators.
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').trim()
  if (line === '') return ''
  const shown = line.length > mostInSpan ? `${line.slice(0, mostInSpan)}…` : line
  const fence = '`'.repeat(longestRun(shown) + 1)
  // Markdown strips one space at each end.
  const space = /^`|`$/.test(shown) ? ' ' : ''
  return `${fence}${space}${shown}${space}${fence}`
}

/** Returns the text as a code span in a table cell, where a vertical bar ends the cell even in code. */
export function codeCell(text: string): string {
  // A backslash before a bar would be interpreted as an escaped backslash, so a space is inserted.
  return codeSpan(text)
    .replaceAll(/\\(?=\|)/g, '\\ ')
    .replaceAll('|', '\\|')
}

/**
 * Returns the text as a code element of HTML, for lines that begin with a tag, in which Markdown is not interpreted.
 */
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
