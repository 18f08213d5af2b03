import { quote, type Read } from './problem.ts'

/**
 * Splits a command line into words as by a shell: at whitespace outside of quotes and escapes. Nothing is expanded,
 * since no shell runs it; shell syntax (`&&`, `|`, `>`) is a problem.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02
 */
export function splitCommand(text: string): Read<readonly string[]> {
  const read = splitCommands(text)
  if ('problem' in read) return { problem: read.problem }
  const [only, ...others] = read.value
  if (only === undefined) return { problem: 'expected a command' }
  return others.length > 0
    ? { problem: `expected one command, found several lines. ${shellHint}` }
    : { value: only.words }
}

/** A command as words, and the line of the text where it begins, from 1. */
export type Command = { readonly words: readonly string[]; readonly line: number }

/**
 * Splits commands, one per line, like `splitCommand`; a command continues on the next line after a trailing backslash
 * or within quotes.
 */
export function splitCommands(text: string): Read<readonly Command[]> & { readonly line?: number } {
  const commands: Command[] = []
  let words: string[] = []
  let line = 1
  let begin = 1
  let word: string | undefined
  // In this order: a line continuation, whitespace, an escape, a quoted part, an operator, plain text.
  const parts = /\\\n|(\s+)|\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([;&|<>()])|([^\s\\'";&|<>()]+)|([\s\S])/g
  for (const [all, space, escaped, single, double, operator, plain, rest] of text.trimEnd().matchAll(parts)) {
    const at = line
    line += all.split('\n').length - 1
    if (operator !== undefined) return { problem: `${quote(operator)} needs a shell. ${shellHint}`, line: at }
    if (rest !== undefined)
      return { problem: rest === '\\' ? 'nothing follows the backslash' : 'a quote is not closed', line: at }
    if (all === '\\\n') continue
    if (space !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      if (space.includes('\n') && words.length > 0) {
        commands.push({ words, line: begin })
        words = []
      }
      continue
    }
    if (words.length === 0 && word === undefined) begin = at
    word = (word ?? '') + (escaped ?? single ?? double?.replaceAll(/\\(?:\n|([$`"\\]))/g, '$1') ?? plain ?? '')
  }
  if (word !== undefined) words.push(word)
  if (words.length > 0) commands.push({ words, line: begin })
  return { value: commands }
}

const shellHint = "Quote it if it is meant literally; to have a shell run it, write sh -c '…'"
