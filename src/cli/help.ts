import type { FlagRows } from './read-flags.ts'

export type HelpSection = { readonly title: string; readonly flags: FlagRows }

export type HelpText = {
  /** The arguments after `polyarch`. */
  readonly usage: string
  readonly about: string
  /** Example command lines with their descriptions. */
  readonly examples: readonly { readonly does: string; readonly line: string }[]
  readonly sections: readonly HelpSection[]
  /** Paragraphs after the flags. */
  readonly notes: readonly string[]
}

/** Maximum line width in columns. */
const width = 100

/** Renders the help of a command: examples first, then each flag with its description. */
export function renderHelp({ usage, about, examples, sections, notes }: HelpText): string {
  return [
    `Usage: polyarch ${usage}`,
    ...paragraph(about),
    '',
    'Examples:',
    ...examples.flatMap(({ does, line }) => [`  # ${does}`, `  ${line}`]),
    ...sections.flatMap(({ title, flags }) => ['', `${title}:`, ...flagLines(flags)]),
    ...notes.flatMap(paragraph),
  ].join('\n')
}

/** Renders rows of a name and a text in two aligned columns. */
export function renderRows(rows: readonly (readonly [name: string, text: string])[]): readonly string[] {
  const column = Math.max(...rows.map(([name]) => name.length)) + 4
  return rows.flatMap(([name, text]) =>
    wrap(text, width - column).map((line, at) => `${(at === 0 ? `  ${name}` : '').padEnd(column)}${line}`),
  )
}

function flagLines(flags: FlagRows): readonly string[] {
  return Object.entries(flags).flatMap(([name, { kind, doc, short }]) => {
    const value = { switch: '', optional: '[=VALUE]', value: ' VALUE', list: ' VALUE…' }[kind]
    const shown = `${short === undefined ? '    ' : `-${short}, `}--${name}${value}`
    return [`  ${shown}`, ...wrap(doc, width - 10).map((line) => `          ${line}`)]
  })
}

function paragraph(text: string): readonly string[] {
  return ['', ...wrap(text, width)]
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
