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
  if (mayHaveHashCommand(line)) line = line.replaceAll(hashCommand, '$1 $2')
  return mayBeginWithColon(line) ? line.replace(colonCommand, '$1 $2') : line
}

// Nearly no line needs the two patterns: to compile their sets of characters takes longer than all else that a step prints.
function mayHaveHashCommand(line: string): boolean {
  const first = line.indexOf('#')
  const second = first < 0 ? -1 : line.indexOf('#', first + 1)
  return second >= 0 && line.includes('[', second)
}

/** Whether the first character that is not a space is a colon, or one beyond ASCII that may not count. */
function mayBeginWithColon(line: string): boolean {
  const start = line.search(/[^ \t]/)
  const code = start < 0 ? Number.NaN : line.charCodeAt(start)
  return code === 0x3a || code < 0x21 || code > 0x7e
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
/** Characters ignored in comparisons: control and format characters, variation selectors, combining marks; and colors. */
const ignored = String.raw`(?:${esc}\[[0-9;:]{0,64}m|[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}])*`
const hashCommand = new RegExp(`(#${ignored}#${ignored})(\\[)`, 'gu')
// White space of JavaScript, and what is in `ignored`, is all that `TrimStart` takes.
const colonCommand = new RegExp(String.raw`^((?:\s|(?!\s)${ignored.slice(0, -1)})*:${ignored})(:)`, 'u')

/** Those that reorder what is shown. */
const reordering = String.raw`\u202a-\u202e\u2066-\u2069`
/** Control characters but the tabulator. Written out: every line is tried, and the set of a property takes milliseconds to compile. */
const control = String.raw`\u0000-\u0008\u000a-\u001f\u007f-\u009f`
const unprintable = new RegExp(`[${control}${reordering}]`)
/** What moves a terminal's cursor, clears its screen or sets its title. */
const sequence = new RegExp(
  String.raw`${esc}(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\u0007${esc}]{0,512}(?:\u0007|${esc}\\)|[()][0-9A-B])`,
  'g',
)
const color = new RegExp(String.raw`^${esc}\[[0-9;:]*m$`)
const spelled = new RegExp(String.raw`(?!${esc}\[[0-9;:]{0,64}m)[${control}${reordering}]`, 'g')

function spellOut(text: string): string {
  return text
    .replaceAll(sequence, (found) => (color.test(found) ? found : ''))
    .replaceAll(spelled, (found) => {
      const code = found.charCodeAt(0)
      return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`
    })
}
