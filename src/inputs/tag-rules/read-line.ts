import { sanitizeTag } from '../../oci/reference.ts'
import type { Flavor } from '../inputs.ts'
import { didYouMean, quote, type Read } from '../read/problem.ts'
import { readBoolean, splitPair } from '../read/value.ts'
import { edgeRule } from './edge.ts'
import { matchRule } from './match.ts'
import { pep440Rule } from './pep440.ts'
import { rawRule } from './raw.ts'
import { refRule } from './ref.ts'
import type { GivenRule, RuleContext, RuleTag, TagRule } from './rule.ts'
import { scheduleRule } from './schedule.ts'
import { semverRule } from './semver.ts'
import { shaRule } from './sha.ts'

/** The types of rules. */
const rules: ReadonlyMap<string, TagRule> = new Map([
  ['schedule', scheduleRule],
  ['semver', semverRule],
  ['pep440', pep440Rule],
  ['match', matchRule],
  ['edge', edgeRule],
  ['ref', refRule],
  ['raw', rawRule],
  ['sha', shaRule],
])

/** A line of `tags` with attributes. */
export type TagLine = {
  /**
   * The tags of a rule (`type=raw,value=stable`), or tags and references as written (`stable, moving=true`); of the
   * latter at least one.
   */
  readonly names:
    | { readonly kind: 'rule'; readonly tags: readonly RuleTag[] }
    | { readonly kind: 'written'; readonly texts: readonly string[] }
  /** Whether a later run is expected to write the tags again. Undefined: not set. */
  readonly moving: boolean | undefined
  readonly enabled: boolean
  /** Tags with a higher priority come first. */
  readonly priority: number
}

/** Attributes of every line. */
const common = ['enable', 'moving', 'priority']

/** Attributes of every rule. */
const around = ['prefix', 'suffix']

/** The priority of tags without a rule. */
export const writtenPriority = rawRule.priority

/** Whether a field of the line is an attribute or an expression: tags and references cannot contain `=` or `{{`. */
export function hasAttributes(fields: readonly string[]): boolean {
  return fields.some((field) => field.includes('=') || field.includes('{{'))
}

/** The context for reading a line. */
export type LineContext = RuleContext & { readonly flavor: Flavor }

/**
 * Reads the fields of one line: `type=raw,value=stable,moving=true`, or without a type `stable, moving=true`, in which
 * case the attributes apply to each tag of the line. As in docker/metadata-action, keys are case-insensitive and a
 * rule's value needs no key; a tag with an expression is a value of `type=raw`.
 */
export function readLine(fields: readonly string[], context: LineContext): Read<TagLine> {
  const alone: string[] = []
  const attributes = new Map<string, string>()
  for (const field of fields) {
    const { key, value } = splitPair(field)
    if (value === null || key.includes('{{')) alone.push(field)
    else attributes.set(key.trim().toLowerCase(), value.trim())
  }
  const type = attributes.get('type') ?? (alone.some((field) => field.includes('{{')) ? 'raw' : undefined)
  const rule = type === undefined ? undefined : rules.get(type)
  if (type !== undefined && rule === undefined) return { problem: typeProblem(type) }
  const own = rule === undefined ? [] : [...rule.attributes, ...around]
  for (const name of attributes.keys()) {
    if (!['type', ...own, ...common].includes(name)) return { problem: attributeProblem(name, own) }
  }
  const names = rule === undefined ? written(alone) : expanded(rule, { alone, attributes, context })
  if ('problem' in names) return names
  const enabled = readFlag(attributes, 'enable', context)
  if ('problem' in enabled) return enabled
  const moving = readFlag(attributes, 'moving', context)
  if ('problem' in moving) return moving
  const priority = attributes.get('priority') ?? String(rule?.priority ?? writtenPriority)
  if (!/^-?\d{1,9}(?:\.\d{1,9})?$/.test(priority)) {
    return { problem: `priority: expected a number, found ${quote(priority)}` }
  }
  return {
    value: {
      names: names.value,
      moving: moving.value,
      enabled: enabled.value ?? true,
      priority: Number(priority),
    },
  }
}

function written(texts: readonly string[]): Read<TagLine['names']> {
  if (texts.length > 0) return { value: { kind: 'written', texts } }
  return { problem: 'expected a tag before the attributes, such as stable,moving=true' }
}

type Fields = {
  readonly alone: readonly string[]
  readonly attributes: ReadonlyMap<string, string>
  readonly context: LineContext
}

/** Returns the tags of a rule with prefix and suffix. */
function expanded(rule: TagRule, { alone, attributes, context }: Fields): Read<TagLine['names']> {
  const value = attributes.get('value')
  const given: GivenRule = { values: value === undefined ? alone : [value, ...alone], attributes }
  const tags = rule.expand(given, context)
  if ('problem' in tags) return tags
  const { flavor } = context
  const ownPrefix = attributes.get('prefix') ?? rule.prefix?.(given)
  const ownSuffix = attributes.get('suffix')
  const prefix = context.expand(ownPrefix ?? '')
  if ('problem' in prefix) return { problem: `prefix: ${prefix.problem}` }
  const suffix = context.expand(ownSuffix ?? '')
  if ('problem' in suffix) return { problem: `suffix: ${suffix.problem}` }
  const before = ownPrefix === undefined ? flavor.prefix : prefix.value.text
  const after = ownSuffix === undefined ? flavor.suffix : suffix.value.text
  const perCommit =
    prefix.value.uses.has('sha') ||
    suffix.value.uses.has('sha') ||
    (flavor.perCommit && (ownPrefix === undefined || ownSuffix === undefined))
  const around = tags.value.map((one) => {
    const tag = sanitizeTag(`${before}${one.tag}${after}`)
    return { ...one, tag, ...(perCommit ? { moving: false } : {}) }
  })
  return { value: { kind: 'rule', tags: around.filter(({ tag }) => tag !== '') } }
}

function readFlag(
  attributes: ReadonlyMap<string, string>,
  name: string,
  { expand }: LineContext,
): Read<boolean | undefined> {
  const text = attributes.get(name)
  if (text === undefined) return { value: undefined }
  const expanded = expand(text)
  if ('problem' in expanded) return { problem: `${name}: ${expanded.problem}` }
  const read = readBoolean(expanded.value.text)
  return 'problem' in read ? { problem: `${name}: ${read.problem}` } : read
}

function typeProblem(type: string): string {
  const accepted = [...rules.keys()]
  return `expected type=${accepted.join(', ')}, found ${quote(type)}${didYouMean(type, accepted)}`
}

function attributeProblem(name: string, own: readonly string[]): string {
  const accepted = [...own, ...common]
  return `expected an attribute of ${accepted.join(', ')}, found ${quote(name)}${didYouMean(name, accepted)}`
}
