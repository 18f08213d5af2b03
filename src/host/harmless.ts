/**
 * Returns one line of text without anything that a runner could take for a command of it, or a terminal for an instruction. Colors
 * stay. It is the same text to a reader: a space stands inside of `::` at the start and of `##[`, and control characters are spelled out.
 *
 * The rules that it defeats, as they are in the sources:
 * - https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs takes `::name …::` at the start of a line, after
 *   white space (`String.TrimStart`, all of Unicode's), and `##[name …]` anywhere in a line. Both are looked for by the rules of a
 *   language, which pass over characters without a meaning of their own (zero-width space, soft hyphen, NUL): such a character between
 *   the parts would be no help, but a space is.
 * - https://github.com/nektos/act/blob/master/pkg/runner/command.go, and the runners of Gitea and Forgejo, which are made of it, take
 *   both at the very start only.
 *
 * `text` must be one line: see `splitLines`.
 */
export function harmless(text: string): string {
  let line = unprintable.test(text) ? spellOut(text) : text
  if (line.includes('#')) line = line.replaceAll(hashCommand, '$1 $2')
  return line.includes(':') ? line.replace(colonCommand, '$1 $2') : line
}

/**
 * Returns the lines of a text, split wherever a runner, a terminal or a browser begins a new one. A line feed at the end begins none.
 */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(lineEnd)
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines
}

/** What .NET, Node, terminals and Unicode end a line at. */
const lineEnd = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

const esc = '\u001b'
/** What is compared as if it were not there: control and format characters, variation selectors, combining marks; and colors. */
const ignored = String.raw`(?:${esc}\[[0-9;:]{0,64}m|[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}])*`
const hashCommand = new RegExp(`(#${ignored}#${ignored})(\\[)`, 'gu')
// White space of JavaScript, and what is in `ignored`, is all that `TrimStart` takes.
const colonCommand = new RegExp(String.raw`^((?:\s|(?!\s)${ignored.slice(0, -1)})*:${ignored})(:)`, 'u')

/** Those that reorder what is shown. */
const reordering = String.raw`\u202a-\u202e\u2066-\u2069`
/** Control characters but the tabulator. */
const unprintable = new RegExp(String.raw`[^\P{Cc}\t]|[${reordering}]`, 'u')
/** What moves a terminal's cursor, clears its screen or sets its title. */
const sequence = new RegExp(
  String.raw`${esc}(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\u0007${esc}]{0,512}(?:\u0007|${esc}\\)|[()][0-9A-B])`,
  'g',
)
const color = new RegExp(String.raw`^${esc}\[[0-9;:]*m$`)
const spelled = new RegExp(String.raw`(?!${esc}\[[0-9;:]{0,64}m)[^\P{Cc}\t]|[${reordering}]`, 'gu')

function spellOut(text: string): string {
  return text
    .replaceAll(sequence, (found) => (color.test(found) ? found : ''))
    .replaceAll(spelled, (found) => {
      const code = found.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
    })
}
