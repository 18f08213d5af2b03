import { ActionError } from '../errors/action-error.ts'
import { quote } from '../inputs/read/problem.ts'
import { nearest } from '../text/nearest.ts'

/**
 * A flag of a command, `--name` on the command line.
 * - `switch`: given or not; also `--name=true` and `--name=false`
 * - `optional`: has a value only in the form `--name=value`; alone it is `true`
 * - `value`: has a value, `--name value` or `--name=value`, and is given once
 * - `list`: as `value`, and may be given several times
 */
export type FlagRow = {
  readonly kind: 'switch' | 'optional' | 'value' | 'list'
  readonly doc: string
  /** One letter, for `-x`. */
  readonly short?: string
}

export type FlagRows = Readonly<Record<string, FlagRow>>

/** The given flags, each with its values in order. */
export type GivenFlags = {
  readonly flags: ReadonlyMap<string, readonly string[]>
  /** Positional arguments. */
  readonly others: readonly string[]
}

export type FlagOptions = {
  readonly command: string
  readonly rows: FlagRows
  /** Names that have no flag but that users may try, each with the reason for the error. */
  readonly notFlags?: Readonly<Record<string, string>>
}

/**
 * Parses the arguments of a command. Arguments after `--` are positional.
 *
 * @throws ActionError `input-invalid` that lists all problems
 */
export function readFlags(args: readonly string[], { command, rows, notFlags = {} }: FlagOptions): GivenFlags {
  const flags = new Map<string, readonly string[]>()
  const others: string[] = []
  const problems: string[] = []
  const shorts = new Map(Object.entries(rows).flatMap(([name, { short }]) => (short ? [[short, name] as const] : [])))

  const take = (name: string, row: FlagRow, value: string): void => {
    const before = flags.get(name)
    if (before !== undefined && row.kind !== 'list') problems.push(`--${name} is given more than once`)
    flags.set(name, [...(before ?? []), value])
  }

  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? ''
    if (arg === '--') {
      others.push(...args.slice(at + 1))
      break
    }
    if (!arg.startsWith('-') || arg === '-') {
      others.push(arg)
      continue
    }
    const { name, attached } = split(arg, shorts)
    const row = Object.hasOwn(rows, name) ? rows[name] : undefined
    if (row === undefined) {
      problems.push(explainUnknown(arg, name, { rows, notFlags }))
      // Most likely the value of this flag.
      const next = args[at + 1]
      if (attached === undefined && next !== undefined && !next.startsWith('-')) at += 1
      continue
    }
    if (attached !== undefined) {
      if (row.kind === 'switch' && !/^(?:true|false)$/.test(attached))
        problems.push(`--${name} is true or false, not ${quote(attached)}`)
      take(name, row, attached)
      continue
    }
    if (row.kind === 'switch' || row.kind === 'optional') {
      take(name, row, 'true')
      continue
    }
    const value = args[at + 1]
    if (value === undefined) problems.push(`--${name} needs a value`)
    else if (value.startsWith('-') && value !== '-')
      problems.push(`--${name} needs a value; write --${name}=${value} if that is meant`)
    else {
      take(name, row, value)
      at += 1
    }
  }
  if (problems.length > 0) throw usageError(command, problems)
  return { flags, others }
}

/** Whether a switch is on. */
export function isOn({ flags }: GivenFlags, name: string): boolean {
  return flags.get(name)?.at(-1) === 'true'
}

/** Maximum number of problems that an error lists. */
const mostShown = 20

/** Returns one error for all problems with the arguments of a command. */
export function usageError(command: string, problems: readonly string[]): ActionError {
  const shown = problems.slice(0, mostShown)
  const more = problems.length > mostShown ? [`and ${problems.length - mostShown} more`] : []
  const message =
    problems.length === 1 ? `Invalid arguments: ${shown[0]}` : ['Invalid arguments:', ...shown, ...more].join('\n')
  return new ActionError('input-invalid', message, {
    hint: `Run ${`polyarch ${command}`.trim()} --help for its flags.`,
  })
}

function split(
  arg: string,
  shorts: ReadonlyMap<string, string>,
): { readonly name: string; readonly attached: string | undefined } {
  const equals = arg.indexOf('=')
  const attached = equals < 0 ? undefined : arg.slice(equals + 1)
  const written = equals < 0 ? arg : arg.slice(0, equals)
  if (written.startsWith('--')) return { name: written.slice(2), attached }
  const letter = written.slice(1, 2)
  const name = shorts.get(letter) ?? written.slice(1)
  // `-tname` means `-t name`.
  if (shorts.has(letter) && arg.length > 2 && equals !== 2) return { name, attached: arg.slice(2) }
  return { name, attached }
}

function explainUnknown(
  arg: string,
  name: string,
  { rows, notFlags }: Required<Pick<FlagOptions, 'rows' | 'notFlags'>>,
): string {
  const because = Object.hasOwn(notFlags, name) ? notFlags[name] : undefined
  if (because !== undefined) return `--${name} is not a flag: ${because}`
  const positive = name.replace(/^no-/, '')
  const shown = quote(arg.replace(/=.*$/s, ''))
  if (positive !== name && Object.hasOwn(rows, positive)) return `${shown} is not a flag; write --${positive}=false`
  const near = nearest(name, Object.keys(rows))
  return `${shown} is not a flag${near === undefined ? '' : `; did you mean --${near}?`}`
}
