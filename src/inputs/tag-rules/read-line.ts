import { quote, type Read } from '../read/problem.ts'
import { readBoolean, splitPair } from '../read/value.ts'
import { rawRule } from './raw.ts'
import type { RuleTag, TagEvent, TagRule } from './rule.ts'

/** The types of rules. */
const rules: ReadonlyMap<string, TagRule> = new Map([['raw', rawRule]])

/** A line of `tags` that has attributes. */
export type TagLine = {
  /** What a rule gives (`type=raw,value=stable`), or tags and references as written (`stable, moving=true`); of the latter at least one. */
  readonly names:
    | { readonly kind: 'rule'; readonly tags: readonly RuleTag[] }
    | { readonly kind: 'written'; readonly texts: readonly string[] }
  /** Whether a later run is expected to write the tags again. Undefined: not said. */
  readonly moving: boolean | undefined
  readonly enabled: boolean
}

/** Attributes of every line. */
const common = ['enable', 'moving']

/** Of docker/metadata-action. */
const knownTypes = ['schedule', 'semver', 'pep440', 'match', 'edge', 'ref', 'sha']
const knownAttributes = ['priority', 'prefix', 'suffix', 'pattern', 'group', 'match', 'event', 'branch', 'format']

/** Whether a field of the line is an attribute: no tag and no reference has a `=`. */
export function hasAttributes(fields: readonly string[]): boolean {
  return fields.some((field) => field.includes('='))
}

/**
 * Reads the fields of one line: `type=raw,value=stable,moving=true`, or without a type `stable, moving=true`, where the attributes are for
 * each tag of the line. As in docker/metadata-action, keys are in any case and a rule's value may stand alone.
 */
export function readLine(fields: readonly string[], event: TagEvent): Read<TagLine> {
  const alone: string[] = []
  const attributes = new Map<string, string>()
  for (const field of fields) {
    const { key, value } = splitPair(field)
    if (value === null) alone.push(field)
    else attributes.set(key.trim().toLowerCase(), value.trim())
  }
  const type = attributes.get('type')
  const rule = type === undefined ? undefined : rules.get(type)
  if (type !== undefined && rule === undefined) return { problem: typeProblem(type) }
  const own = rule?.attributes ?? []
  for (const [name, value] of attributes) {
    if (!['type', ...own, ...common].includes(name)) return { problem: attributeProblem(name, own) }
    if (value.includes('{{')) {
      return { problem: `${name}: expressions ("{{…}}") are not supported yet, found ${quote(value)}; use \${{ … }}` }
    }
  }
  const names = rule === undefined ? written(alone) : expanded(rule, { alone, attributes, event })
  if ('problem' in names) return names
  const enabled = readFlag(attributes, 'enable')
  if ('problem' in enabled) return enabled
  const moving = readFlag(attributes, 'moving')
  if ('problem' in moving) return moving
  return { value: { names: names.value, moving: moving.value, enabled: enabled.value ?? true } }
}

function written(texts: readonly string[]): Read<TagLine['names']> {
  if (texts.length > 0) return { value: { kind: 'written', texts } }
  return { problem: 'expected a tag before the attributes, such as stable,moving=true' }
}

type Fields = {
  readonly alone: readonly string[]
  readonly attributes: ReadonlyMap<string, string>
  readonly event: TagEvent
}

function expanded(rule: TagRule, { alone, attributes, event }: Fields): Read<TagLine['names']> {
  const value = attributes.get('value')
  const values = value === undefined ? alone : [value, ...alone]
  const tags = rule.expand({ values, attributes }, event)
  return 'problem' in tags ? tags : { value: { kind: 'rule', tags: tags.value } }
}

function readFlag(attributes: ReadonlyMap<string, string>, name: string): Read<boolean | undefined> {
  const text = attributes.get(name)
  if (text === undefined) return { value: undefined }
  const read = readBoolean(text)
  return 'problem' in read ? { problem: `${name}: ${read.problem}` } : read
}

function typeProblem(type: string): string {
  const accepted = [...rules.keys()].join(', ')
  return knownTypes.includes(type)
    ? `type=${type} is not supported yet; accepted is type=${accepted}. Write the tags themselves, or leave tags empty to take them from the event`
    : `expected type=${accepted}, found ${quote(type)}`
}

function attributeProblem(name: string, own: readonly string[]): string {
  const accepted = [...own, ...common].join(', ')
  return knownAttributes.includes(name)
    ? `the attribute ${quote(name)} is not supported yet; accepted are ${accepted}`
    : `expected an attribute of ${accepted}, found ${quote(name)}`
}
