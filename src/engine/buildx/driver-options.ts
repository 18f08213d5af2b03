import { type Driver, traitsOf } from '../drivers.ts'

type Field = { readonly text: string; readonly quoted: boolean }

/**
 * The options of a new builder, `key=value` each, from the lines of the input `driver-opts`. A comma begins another option if one of
 * this driver's names follows it; otherwise it is part of the value, as in `env.no_proxy=localhost,10.0.0.0/8`. Double quotes
 * around an option or around its value make all of it one.
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

/** Splits at commas outside of quotes. Quotes that do not close, or stand inside of a value, are its own. */
function fieldsOf(line: string): readonly Field[] {
  const fields: Field[] = []
  let rest = line
  for (;;) {
    // An option in quotes, then one whose value is in quotes, then any other; a quote inside of quotes is written twice.
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
