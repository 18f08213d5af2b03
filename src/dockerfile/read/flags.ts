import { nearest } from '../../text/nearest.ts'
import { textError } from '../problem.ts'

/** `switch` has no value, or true or false; `list` can be repeated. */
type FlagKind = 'switch' | 'text' | 'list'

export type FlagKinds = Readonly<Record<string, FlagKind>>

/** The flags of one instruction; undefined or empty if not set. */
export type Flags = {
  readonly text: (name: string) => string | undefined
  readonly list: (name: string) => readonly string[]
  readonly switch: (name: string) => boolean | undefined
}

/**
 * Reads flags `--name` and `--name=value` by the kinds that an instruction supports.
 *
 * @throws ActionError `dockerfile-invalid`, without a place
 */
export function readFlags(given: readonly string[], kinds: FlagKinds): Flags {
  const values = new Map<string, string[]>()
  for (const flag of given) {
    const equals = flag.indexOf('=')
    const written = equals < 0 ? flag : flag.slice(0, equals)
    const name = written.slice(2)
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    if (kind === undefined) throw unknownFlag(written, name, Object.keys(kinds))
    if (kind !== 'list' && values.has(name)) throw textError(`duplicate flag specified: ${written}`)
    values.set(name, [
      ...(values.get(name) ?? []),
      readValue(written, equals < 0 ? undefined : flag.slice(equals + 1), kind),
    ])
  }
  return {
    text: (name) => values.get(name)?.[0],
    list: (name) => values.get(name) ?? [],
    switch: (name) => (values.has(name) ? values.get(name)?.[0] === 'true' : undefined),
  }
}

function readValue(written: string, value: string | undefined, kind: FlagKind): string {
  if (kind !== 'switch') {
    if (value === undefined) throw textError(`missing a value on flag: ${written}`)
    return value
  }
  if (value === '') throw textError(`missing a value on flag: ${written}`)
  const lower = value?.toLowerCase() ?? 'true'
  if (lower === 'true' || lower === 'false') return lower
  throw textError(`expecting boolean value for flag ${written}, not: ${value}`)
}

function unknownFlag(written: string, name: string, known: readonly string[]) {
  const near = nearest(name, known)
  return textError(`unknown flag: ${written}${near === undefined ? '' : ` (did you mean --${near}?)`}`)
}
