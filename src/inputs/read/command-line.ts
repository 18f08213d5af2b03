import { quote, type Read } from './problem.ts'

/**
 * Splits a command line into words as a shell does: white space divides, quotes and backslashes keep together. Nothing
 * is expanded, since no shell runs it; what only a shell could do (`&&`, `|`, `>`) is a problem.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function splitCommand(text: string): Read<readonly string[]> {
  const words: string[] = []
  let word: string | undefined
  // One at a time: a backslash that joins lines, white space, an escape, a quoted part, an operator, plain text.
  const parts = /\\\n|(\s+)|\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([;&|<>()])|([^\s\\'";&|<>()]+)|([\s\S])/g
  for (const [all, space, escaped, single, double, operator, plain, rest] of text.trim().matchAll(parts)) {
    if (space?.includes('\n')) return { problem: `expected one command, found several lines. ${shellHint}` }
    if (operator !== undefined) return { problem: `${quote(operator)} needs a shell. ${shellHint}` }
    if (rest !== undefined)
      return { problem: rest === '\\' ? 'nothing follows the backslash' : 'a quote is not closed' }
    if (all === '\\\n') continue
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word = (word ?? '') + (escaped ?? single ?? double?.replaceAll(/\\(?:\n|([$`"\\]))/g, '$1') ?? plain ?? '')
  }
  if (word !== undefined) words.push(word)
  return words.length === 0 ? { problem: 'expected a command' } : { value: words }
}

const shellHint = "Quote it if it is meant literally; to have a shell run it, write sh -c '…'"
