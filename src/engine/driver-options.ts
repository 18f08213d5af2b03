import { type Driver, traitsOf } from './drivers.ts'

type Field = { readonly text: string; readonly quoted: boolean }

/**
 * Returns the options of a new builder, `key=value` each, from the lines of the input `driver-opts`. A comma starts
 * another option if it is followed by an option name of this driver; otherwise it is part of the value, as in
 * `env.no_proxy=localhost,10.0.0.0/8`. Double quotes around an option or its value make all of it one option.
 */
export function driverOptions(driver: Driver, lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => {
    const options: string[] = []
    for (const { text, quoted } of fieldsOf(line)) {
      const last = options.at(-1)
      if (last === undefined || quoted || traitsOf(driver).options?.test(text)) options.push(text)
      else options[options.length - 1] = `${last},${text}`
    }
    return options
  })
}

/** Splits at commas outside of quotes. A quote that is not closed, or is inside a value, is part of the value. */
function fieldsOf(line: string): readonly Field[] {
  const fields: Field[] = []
  let rest = line
  for (;;) {
    // An option in quotes, then an option whose value is in quotes, then any other; a quote inside quotes is doubled.
    const [all, whole, key, value] = /^(?:"((?:[^"]|"")*)"|([^",=]+=)"((?:[^"]|"")*)")(?=,|$)/.exec(rest) ?? []
    const text =
      all === undefined ? (rest.split(',', 1)[0] ?? '') : unquote(whole ?? '') + (key ?? '') + unquote(value ?? '')
    fields.push({ text, quoted: whole !== undefined })
    const used = all?.length ?? text.length
    if (used >= rest.length) return fields
    rest = rest.slice(used + 1)
  }
}

function unquote(text: string): string {
  return text.replaceAll('""', '"')
}
