/**
 * Returns one line of text without anything that a runner could parse as a command, or a terminal as a control sequence. Colors are kept.
 * It reads the same: a space is inserted into a leading `::` and into `##[`, and control characters are escaped.
 * | The parsers that it defeats, according to their sources:
 * - https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs accepts `::name …::` at the start of a line, after white
 *   space (`String.TrimStart`, which covers all of Unicode's), and `##[name …]` anywhere in a line. Both searches are culture-sensitive and
 *   ignore characters without a weight (zero-width space, soft hyphen, NUL): inserting one of those has no effect, but a space does.
 * - https://github.com/nektos/act/blob/master/pkg/runner/command.go, and the runners of Gitea and Forgejo, which are based on it, accept
 *   both only at the very start.
 * | `text` must be one line: see `splitLines`.
 */
export function harmless(text: string): string {
  let line = unprintable.test(text) ? spellOut(text) : text
  if (mayHaveHashCommand(line)) line = line.replaceAll(hashCommand, '$1 $2')
  return mayBeginWithColon(line) ? line.replace(colonCommand, '$1 $2') : line
}

// Few lines need the two patterns, and compiling their character sets takes longer than printing everything else in a step.
function mayHaveHashCommand(line: string): boolean {
  const first = line.indexOf('#')
  const second = first < 0 ? -1 : line.indexOf('#', first + 1)
  return second >= 0 && line.includes('[', second)
}

/** Whether the first character other than a space is a colon, or a non-ASCII character that may be ignored. */
function mayBeginWithColon(line: string): boolean {
  const start = line.search(/[^ \t]/)
  const code = start < 0 ? Number.NaN : line.charCodeAt(start)
  return code === 0x3a || code < 0x21 || code > 0x7e
}

/** Returns the lines of a text, split wherever a runner, a terminal or a browser starts a new line. A trailing line feed does not start one. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(lineEnd)
  if (lines.length > 1 && lines.at(-1) === '') lines.pop()
  return lines
}

/** The line terminators of .NET, Node, terminals and Unicode. */
const lineEnd = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/

const esc = '\u001b'
/** Characters ignored in comparisons: control and format characters, variation selectors, combining marks; and colors. */
const ignored = String.raw`(?:${esc}\[[0-9;:]{0,64}m|[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}])*`
const hashCommand = new RegExp(`(#${ignored}#${ignored})(\\[)`, 'gu')
// `TrimStart` removes only JavaScript's white space and the characters in `ignored`.
const colonCommand = new RegExp(String.raw`^((?:\s|(?!\s)${ignored.slice(0, -1)})*:${ignored})(:)`, 'u')

/** Characters that reorder the displayed text. */
const reordering = String.raw`\u202a-\u202e\u2066-\u2069`
/** Control characters except the tab. Listed explicitly, because every line is tested, and compiling a property's set takes milliseconds. */
const control = String.raw`\u0000-\u0008\u000a-\u001f\u007f-\u009f`
const unprintable = new RegExp(`[${control}${reordering}]`)
/** Sequences that move a terminal's cursor, clear its screen or set its title. */
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
