import { normalize } from 'node:path'
import type { Output } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { readRecord } from './read/record.ts'
import { readBoolean, readChoice, splitPair } from './read/value.ts'

const types = ['oci', 'docker', 'local', 'tar', 'cacheonly'] as const

/**
 * What to write instead of an output of type `image` or `registry`: the inputs that its attributes stand for, with their values. `push` is false
 * by default for `image`, as buildx has it.
 */
function inputsInstead(type: string, values: ReadonlyMap<string, string>): string {
  const names = (values.get('name') ?? '').split(',').filter(Boolean)
  const pushed = (values.get('push') ?? String(type === 'registry' || isOn(values.get('push-by-digest')))) !== 'false'
  const annotations = [...values].flatMap(([key, value]) => annotationOf(key, value))
  const compression = values.get('compression')
  const inputs = [
    ...(pushed ? ['push: true'] : []),
    names.length > 0 ? `images: ${names.join(', ')}` : 'the name in images',
    ...(compression === undefined ? [] : [`compression: ${compression}`]),
    ...annotations.map((annotation) => `annotations: ${annotation}`),
  ]
  const start = pushed ? `set ${inputs.join(' and ')}` : `leave outputs empty and set ${inputs.join(' and ')}`
  return isOn(values.get('push-by-digest'))
    ? `${start}. Content is always pushed by digest first; list all platforms in one step, and jobs that push digests and merge them are not needed`
    : start
}

function isOn(text: string | undefined): boolean {
  return text !== undefined && text !== 'false' && text !== '0'
}

/** `annotation-index.key`, or for a platform `annotation-manifest-descriptor[linux/amd64].key`, as the input `annotations` has it. */
function annotationOf(key: string, value: string): readonly string[] {
  const [, level = 'manifest', platform = '', name] = /^annotation(?:-([a-z-]+))?(\[[^\]]*\])?\.(.+)$/s.exec(key) ?? []
  return name === undefined ? [] : [`${level}${platform}:${name}=${value}`]
}

/** The attributes that a type takes besides `type` and `dest`. */
const attributes: Readonly<Record<(typeof types)[number], readonly string[]>> = {
  oci: ['tar'],
  docker: ['tar'],
  local: ['platform-split'],
  tar: ['platform-split'],
  cacheonly: [],
}

/** Attributes of buildx that other inputs stand for here. */
const instead: Readonly<Record<string, string>> = {
  name: 'images and tags say it',
  push: 'the input push says it',
}

/**
 * Reads one output a line: a path, which is a folder for the files, or attributes as one CSV record (`type=oci,dest=image.tar`), as buildx
 * reads them. Two that go to the same place are a problem, and so is a type that one of the other inputs stands for.
 * https://docs.docker.com/build/exporters/
 */
export function readOutputs(items: readonly ListItem[], platforms: number, report: ReportLine): readonly Output[] {
  const outputs = new Map<string, Output>()
  for (const { text, line } of items) {
    const read = readOutput(text)
    if ('problem' in read) {
      report(read.problem, line)
      continue
    }
    const output = read.value
    if (output.kind === 'docker' && platforms > 1) {
      report('an archive for docker load holds one platform; type=oci holds several', line)
    }
    const place = output.kind === 'cacheonly' ? '' : normalize(output.dest).replace(/(?<=.)[/\\]$/, '')
    if (place !== '' && outputs.has(place)) report(`there is another output to ${quote(place)}`, line)
    outputs.set(place, output)
  }
  return [...outputs.values()]
}

function readOutput(text: string): Read<Output> {
  const fields = readRecord(text)
  if (fields === undefined) return { problem: `expected a path or attributes as CSV, found ${quote(text)}` }
  const [only] = fields
  if (fields.length === 1 && only === text && !text.startsWith('type=')) {
    if (text === '-') return { problem: 'expected a path; a step has no standard output for "-" to mean' }
    return { value: { kind: 'files', form: 'folder', dest: text, platformSplit: undefined } }
  }
  const values = new Map<string, string>()
  for (const field of fields) {
    const { key, value } = splitPair(field)
    if (value === null) return { problem: `expected key=value, found ${quote(field)}` }
    values.set(key.trim().toLowerCase(), value)
  }
  const type = values.get('type')
  if (type === undefined) return { problem: `expected a type, one of ${types.join(', ')}, found ${quote(text)}` }
  if (type === 'image' || type === 'registry') {
    return { problem: `type=${type} is not an output here: ${inputsInstead(type, values)}` }
  }
  const kind = readChoice(type, types)
  return 'problem' in kind ? { problem: `type: ${kind.problem}` } : readAttributes(kind.value, values)
}

function readAttributes(kind: (typeof types)[number], values: ReadonlyMap<string, string>): Read<Output> {
  const known = ['type', 'dest', ...attributes[kind]]
  for (const key of values.keys()) {
    if (known.includes(key)) continue
    const hint = Object.hasOwn(instead, key) ? `: ${instead[key]}` : didYouMean(key, known)
    return { problem: `type=${kind} takes no ${quote(key)} here${hint}` }
  }
  if (kind === 'cacheonly') return { value: { kind } }
  const dest = values.get('dest') ?? ''
  if (dest === '') {
    const load = kind === 'docker' ? '; to load the image into Docker, set load: true' : ''
    return { problem: `type=${kind} needs dest, the path to write to${load}` }
  }
  if (dest === '-') return { problem: 'dest: expected a path; a step has no standard output for "-" to mean' }
  const [name] = attributes[kind]
  const text = name === undefined ? undefined : values.get(name)
  const flag: Read<boolean | undefined> = text === undefined ? { value: undefined } : readBoolean(text)
  if ('problem' in flag) return { problem: `${name}: ${flag.problem}` }
  return kind === 'oci' || kind === 'docker'
    ? { value: { kind, form: flag.value === false ? 'folder' : 'archive', dest } }
    : { value: { kind: 'files', form: kind === 'local' ? 'folder' : 'archive', dest, platformSplit: flag.value } }
}
