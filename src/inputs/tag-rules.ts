import { quote, type Read } from './problem.ts'
import { readBoolean, splitPair } from './value.ts'

/** A line of `tags` that has attributes. */
export type TagRule = {
  /** `raw` for a rule (`type=raw,value=stable`); `line` for tags or references with attributes behind them (`stable, moving=true`). */
  readonly kind: 'raw' | 'line'
  /** As written; at least one. */
  readonly values: readonly string[]
  /** Whether a later run is expected to write the tags again. Undefined: not said. */
  readonly moving: boolean | undefined
  readonly enabled: boolean
}

/** Attributes of every line. */
const common = ['enable', 'moving']

/** The attributes of each type of rule besides the common ones. */
const types: Readonly<Record<string, readonly string[]>> = { raw: ['value'] }

/** Of docker/metadata-action. */
const knownTypes = ['schedule', 'semver', 'pep440', 'match', 'edge', 'ref', 'sha']
const knownAttributes = ['priority', 'prefix', 'suffix', 'pattern', 'group', 'match', 'event', 'branch', 'format']

/** Whether the fields of a line are a rule, or tags with attributes: no tag and no reference has a `=`. */
export function isRule(fields: readonly string[]): boolean {
  return fields.some((field) => field.includes('='))
}

/**
 * Reads the fields of one line: `type=raw,value=stable,moving=true`, or without a type `stable, moving=true`, where the attributes are for
 * each tag of the line. As in docker/metadata-action, keys are in any case and a rule's value may stand alone.
 */
export function readRule(fields: readonly string[]): Read<TagRule> {
  const values: string[] = []
  const attributes = new Map<string, string>()
  for (const field of fields) {
    const { key, value } = splitPair(field)
    if (value === null) values.push(field)
    else attributes.set(key.trim().toLowerCase(), value.trim())
  }
  const type = attributes.get('type')
  const own = type === undefined ? [] : types[type]
  if (own === undefined) return { problem: typeProblem(type ?? '') }
  for (const [name, value] of attributes) {
    if (!['type', ...own, ...common].includes(name)) return { problem: attributeProblem(name, type) }
    if (value.includes('{{')) {
      return { problem: `${name}: expressions ("{{…}}") are not supported yet, found ${quote(value)}; use \${{ … }}` }
    }
  }
  const given = attributes.get('value')
  const all = given === undefined ? values : [given, ...values]
  if (type !== undefined && all.length !== 1) {
    return { problem: `type=${type} needs one value, such as type=${type},value=stable, and has ${all.length}` }
  }
  if (all.length === 0) return { problem: 'expected a tag before the attributes, such as stable,moving=true' }
  const enabled = readFlag(attributes, 'enable')
  if ('problem' in enabled) return enabled
  const moving = readFlag(attributes, 'moving')
  if ('problem' in moving) return moving
  return {
    value: {
      kind: type === undefined ? 'line' : 'raw',
      values: all,
      moving: moving.value,
      enabled: enabled.value ?? true,
    },
  }
}

function readFlag(attributes: ReadonlyMap<string, string>, name: string): Read<boolean | undefined> {
  const text = attributes.get(name)
  if (text === undefined) return { value: undefined }
  const read = readBoolean(text)
  return 'problem' in read ? { problem: `${name}: ${read.problem}` } : read
}

function typeProblem(type: string): string {
  const accepted = Object.keys(types).join(', ')
  return knownTypes.includes(type)
    ? `type=${type} is not supported yet; accepted is type=${accepted}. Write the tags themselves, or leave tags empty to take them from the event`
    : `expected type=${accepted}, found ${quote(type)}`
}

function attributeProblem(name: string, type: string | undefined): string {
  const own = type === undefined ? [] : (types[type] ?? [])
  const accepted = [...own, ...common].join(', ')
  return knownAttributes.includes(name)
    ? `the attribute ${quote(name)} is not supported yet; accepted are ${accepted}`
    : `expected an attribute of ${accepted}, found ${quote(name)}`
}
