import {
  formatReference,
  formatRepository,
  isTag,
  parseReference,
  type Reference,
  type Repository,
} from '../oci/reference.ts'
import type { Expand } from './expressions.ts'
import { latestName, withFlavor } from './flavor.ts'
import type { RegistryInput, TagInput } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read, readWith } from './read/problem.ts'
import { readBoolean, splitPair } from './read/value.ts'
import { hasAttributes, type LineContext, readLine, writtenPriority } from './tag-rules/read-line.ts'

const tagRule = 'at most 128 letters, digits, "_", "." and "-", and neither "." nor "-" first'

/** The options for reading a name. */
export type NameOptions = {
  readonly registry: RegistryInput | undefined
  readonly report: ReportLine
  /** Called if a name was lowercased: registries reject uppercase letters, but owners on GitHub may have them. */
  readonly notice: (message: string) => void
}

/**
 * Reads the entries of `images`: names without tag and digest, or `name=acme/app,enable=true`. Expressions are replaced. Duplicates are dropped.
 */
export function readImages(items: readonly ListItem[], expand: Expand, options: NameOptions): readonly Repository[] {
  const images = new Map<string, Repository>()
  const add = (given: string, line: number, enabled: boolean): void => {
    const expanded = expand(given)
    if ('problem' in expanded) {
      options.report(expanded.problem, line)
      return
    }
    const { text } = expanded.value
    const { name, tag, digest } = splitName(text)
    if (digest !== undefined) {
      options.report(`expected a name without a digest, found ${quote(text)}`, line)
    } else if (tag !== undefined) {
      options.report(`expected a name without a tag, found ${quote(text)}; move ${quote(tag)} to the input tags`, line)
    } else {
      const image = readWith(name, (given) => withWritten(given, options, parseReference))
      if ('problem' in image) options.report(image.problem, line)
      else if (enabled) images.set(formatRepository(image.value), image.value)
    }
  }
  for (const { texts, line } of linesOf(items)) {
    if (!texts.some((text) => text.includes('='))) {
      for (const text of texts) add(text, line, true)
      continue
    }
    const read = readImageLine(texts, expand)
    if ('problem' in read) options.report(read.problem, line)
    else for (const name of read.value.names) add(name, line, read.value.enabled)
  }
  return [...images.values()]
}

const imageAttributes = ['name', 'enable']

function readImageLine(
  fields: readonly string[],
  expand: Expand,
): Read<{ readonly names: readonly string[]; readonly enabled: boolean }> {
  const names: string[] = []
  let enabled = true
  for (const field of fields) {
    const { key, value } = splitPair(field)
    const name = key.trim().toLowerCase()
    if (value === null) names.push(field)
    else if (name === 'name') names.push(value.trim())
    else if (name === 'enable') {
      const expanded = expand(value.trim())
      if ('problem' in expanded) return { problem: `enable: ${expanded.problem}` }
      const read = readBoolean(expanded.value.text)
      if ('problem' in read) return { problem: `enable: ${read.problem}` }
      enabled = read.value
    } else {
      const near = didYouMean(name, imageAttributes)
      return { problem: `expected an attribute of ${imageAttributes.join(', ')}, found ${quote(name)}${near}` }
    }
  }
  if (names.length === 1 && names[0] !== '') return { value: { names, enabled } }
  return { problem: `expected one name, such as name=acme/app,enable=true, found ${names.filter(Boolean).length}` }
}

/**
 * Reads the entries of `tags`. As in docker/build-push-action, an entry with a `/` or `:` is a full reference, with
 * `latest` if it has no tag; without `images` every entry is. Others are short tags. A line with a `=` is a rule, or
 * has attributes for its tags. Of duplicates, the one that sets `moving` is kept.
 */
export function readTags(
  items: readonly ListItem[],
  { hasImages, ...context }: LineContext & { readonly hasImages: boolean },
  options: NameOptions,
): readonly TagInput[] {
  const { flavor } = context
  const tags = new Map<string, Entry>()
  const add = (tag: Entry): void => {
    const key = tag.kind === 'tag' ? tag.tag : formatReference(tag.reference)
    const before = tags.get(key)
    if (before?.enabled && !tag.enabled) return
    const moving = tag.moving ?? (before?.enabled ? before.moving : undefined)
    const first = before?.enabled && before.priority >= tag.priority ? before : tag
    tags.set(key, { ...tag, priority: first.priority, latest: first.latest, moving })
  }
  const addWritten = (text: string, line: number, said: Said): void => {
    const read = readTag(text, hasImages, options)
    if ('problem' in read) options.report(read.problem, line)
    else if (read.value.kind === 'tag') add({ kind: 'tag', tag: withFlavor(read.value.tag, flavor), ...said })
    else add({ ...read.value, ...said })
  }
  for (const { texts, line } of linesOf(items)) {
    if (!hasAttributes(texts)) {
      const said = { moving: undefined, enabled: true, priority: writtenPriority, latest: false }
      for (const text of texts) addWritten(text, line, said)
      continue
    }
    const read = readLine(texts, context)
    if ('problem' in read) {
      options.report(read.problem, line)
      continue
    }
    const { names, moving, enabled, priority } = read.value
    const said = { moving, enabled, priority, latest: false }
    if (names.kind === 'written') for (const text of names.texts) addWritten(text, line, said)
    // A line with no remaining tag still counts as set; if the input is empty, the event determines the tags.
    else if (names.tags.length === 0) add({ kind: 'tag', tag: '', ...said, enabled: false })
    else {
      for (const { latest = false, ...tag } of names.tags) {
        add({ kind: 'tag', ...tag, ...said, latest, moving: moving ?? tag.moving })
      }
    }
  }
  const inOrder = [...tags.values()].toSorted((a, b) => b.priority - a.priority)
  const latest = hasImages ? latestOf(inOrder, context) : undefined
  return [...inOrder.map(({ priority, latest: _, ...tag }) => tag), ...(latest === undefined ? [] : [latest])]
}

type Said = Pick<TagInput, 'moving' | 'enabled'> & { readonly priority: number; readonly latest: boolean }
type Entry = TagInput & Said

/**
 * Returns `latest` if the flavor includes it: with `auto`, the rule of the first tag decides, as in
 * docker/metadata-action.
 */
function latestOf(entries: readonly Entry[], { flavor }: LineContext): TagInput | undefined {
  const enabled = entries.filter((entry) => entry.enabled)
  const [first] = enabled
  if (first === undefined || !(flavor.latest === 'auto' ? first.latest : flavor.latest)) return undefined
  const tag = latestName(flavor)
  if (tag === '' || enabled.some((entry) => entry.kind === 'tag' && entry.tag === tag)) return undefined
  const because =
    flavor.latest === true ? 'latest=true in the input flavor' : `it goes with a version: ${first.because}`
  return { kind: 'tag', tag, moving: true, because, enabled: true }
}

type TagText =
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'reference'; readonly reference: Reference }

function readTag(text: string, hasImages: boolean, options: NameOptions): Read<TagText> {
  if (hasImages && !/[/:@]/.test(text)) {
    if (isTag(text)) return { value: { kind: 'tag', tag: text } }
    return { problem: `expected a tag, ${tagRule}, found ${quote(text)}` }
  }
  const read = readWholeReference(text, options)
  return 'problem' in read ? read : { value: { kind: 'reference', reference: read.value } }
}

/** Groups the items by line: each line is one CSV record. */
function linesOf(items: readonly ListItem[]): readonly { readonly texts: readonly string[]; readonly line: number }[] {
  const lines = new Map<number, string[]>()
  for (const { text, line } of items) {
    const texts = lines.get(line)
    if (texts) texts.push(text)
    else lines.set(line, [text])
  }
  return [...lines].map(([line, texts]) => ({ texts, line }))
}

function readWholeReference(text: string, options: NameOptions) {
  const { name, tag = 'latest', digest } = splitName(text)
  if (digest !== undefined) return { problem: `expected a tag or name:tag, found a digest in ${quote(text)}` }
  return readWith(name, (given) => withWritten(given, options, (full) => parseReference(`${full}:${tag}`)))
}

/** Reads the reference of an existing image, with a tag, a digest, or both. */
export function readExisting(text: string, options: NameOptions): Read<Reference> {
  const { name, tag, digest } = splitName(text)
  const suffix = `${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`
  return readWith(name, (given) => withWritten(given, options, (full) => parseReference(`${full}${suffix}`)))
}

/**
 * Parses the full name, and keeps the name as written if it is shorter: names on Docker Hub are shown without their
 * host.
 */
function withWritten<T extends Repository>(name: string, options: NameOptions, parse: (full: string) => T): T {
  const full = qualify(name, options)
  const read = parse(full)
  const { registry } = options
  const onHub = read.registry === 'docker.io' && registry !== undefined && full.startsWith('docker.io/')
  const written = onHub && full !== name.toLowerCase() ? full.slice('docker.io/'.length) : full
  return written === formatRepository(read) ? read : { ...read, written }
}

/** Returns the name lowercased, prefixed with `registry` if its first part is not a host. */
function qualify(name: string, { registry, notice }: NameOptions): string {
  const lower = name.toLowerCase()
  if (lower !== name)
    notice(`${quote(name)} is lowercased to ${quote(lower)}: registries do not accept uppercase letters`)
  const [first = '', ...rest] = lower.split('/')
  if (registry === undefined || (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost'))) return lower
  return [registry.host, registry.namespace, lower].filter((part) => part !== '').join('/')
}

/** Splits a reference: the tag follows the last `:` that is not followed by a `/`. */
function splitName(text: string) {
  const [rest = '', ...digest] = text.split('@')
  const colon = rest.lastIndexOf(':')
  const tagged = colon > rest.lastIndexOf('/')
  return {
    name: tagged ? rest.slice(0, colon) : rest,
    tag: tagged ? rest.slice(colon + 1) : undefined,
    digest: digest.length > 0 ? digest.join('@') : undefined,
  }
}
