import { type InputKind, type InputName, type InputRow, inputRows } from '../inputs/schema.ts'
import type { FlagRow, FlagRows } from './read-flags.ts'

/**
 * Inputs that hold secrets, each with its environment variable. Arguments of a program are visible to every user of the machine and are kept in
 * the shell's history.
 */
export const secretVariables = {
  password: 'POLYARCH_PASSWORD',
  secrets: 'POLYARCH_SECRETS',
  registries: 'POLYARCH_REGISTRIES',
  'registry-auth': 'POLYARCH_REGISTRIES',
  'github-token': 'GITHUB_TOKEN',
} as const satisfies Partial<Record<InputName, string>>

/** Inputs that have no meaning outside of a job, or that are separate commands. */
const withoutFlag = {
  'keep-login': 'there are no later steps. Use docker login',
  'dry-run': 'use polyarch plan',
} as const satisfies Partial<Record<InputName, string>>

/** The inputs that most builds need; the help lists them first. */
const common = [
  'images',
  'tags',
  'platforms',
  'file',
  'target',
  'build-args',
  'push',
  'load',
  'outputs',
  'cache',
  'engine',
] as const satisfies readonly InputName[]

/** List inputs with one value per line. */
const lists: readonly string[] = ['before-tags']

/** Inputs that are not booleans but are usually `true`. */
const optional: readonly string[] = ['push', 'fresh', 'provenance', 'sbom']

const shorts: Readonly<Partial<Record<InputName, string>>> = { tags: 't', file: 'f', outputs: 'o' }

const kinds: Readonly<Record<InputKind, FlagRow['kind']>> = {
  text: 'value',
  boolean: 'optional',
  count: 'value',
  choice: 'value',
  string: 'value',
  secret: 'value',
  list: 'list',
  lines: 'list',
  options: 'list',
  verbatim: 'list',
}

/** Returns the inputs without a flag, each with the reason. */
export function inputsWithoutFlag(): Readonly<Record<string, string>> {
  const secrets = Object.entries(secretVariables).map(([name, variable]) => [
    name,
    `arguments are visible to other users of the machine. Set the environment variable ${variable}${name === 'password' ? ', or use --password-stdin' : ''}`,
  ])
  return { ...withoutFlag, ...Object.fromEntries(secrets) }
}

/** Returns the flags of the inputs in two groups: those that most builds need, and all others. */
export function inputFlags(): { readonly common: FlagRows; readonly others: FlagRows } {
  const without = inputsWithoutFlag()
  const rows = Object.entries(inputRows).filter(([name]) => !Object.hasOwn(without, name))
  const isCommon = ([name]: readonly [string, unknown]) => (common as readonly string[]).includes(name)
  const order = ([name]: readonly [string, unknown]) => (common as readonly string[]).indexOf(name)
  return {
    common: flagsOf(rows.filter(isCommon).sort((a, b) => order(a) - order(b))),
    others: flagsOf(rows.filter((row) => !isCommon(row))),
  }
}

function flagsOf(rows: readonly (readonly [string, InputRow])[]): FlagRows {
  return Object.fromEntries(
    rows.map(([name, row]) => {
      const short = shorts[name as InputName]
      const kind = optional.includes(name) ? 'optional' : lists.includes(name) ? 'list' : kinds[row.kind]
      return [name, { kind, doc: describe(row), ...(short === undefined ? {} : { short }) }]
    }),
  )
}

function describe(row: InputRow): string {
  const isListed = row.kind !== 'choice' || row.choices.every((choice) => row.doc.includes(choice))
  const choices = isListed ? '' : ` One of ${row.choices.join(', ')}.`
  const fallback =
    row.default === '' || /\bdefault:/i.test(row.doc)
      ? ''
      : ` Default: ${row.default}${row.default.endsWith('.') ? '' : '.'}`
  return `${row.doc}${choices}${fallback}`
}
