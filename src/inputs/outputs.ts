import { normalize } from 'node:path'
import { type ImageOutput, readImageOutput } from './image-output.ts'
import type { Output } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import type { ReportLine } from './read/pairs.ts'
import { didYouMean, quote, type Read } from './read/problem.ts'
import { readRecord } from './read/record.ts'
import { readBoolean, readChoice, splitPair } from './read/value.ts'

const fileTypes = ['oci', 'docker', 'local', 'tar', 'cacheonly'] as const
const types = [...fileTypes, 'image', 'registry'] as const

export type ReadOutputs = { readonly outputs: readonly Output[]; readonly images: readonly ImageOutput[] }

/** The attributes of each type besides `type` and `dest`. */
const attributes: Readonly<Record<(typeof fileTypes)[number], readonly string[]>> = {
  oci: ['tar'],
  docker: ['tar'],
  local: ['platform-split'],
  tar: ['platform-split'],
  cacheonly: [],
}

/** Attributes of buildx that are replaced by inputs. */
const instead: Readonly<Record<string, string>> = {
  name: 'use images and tags',
  push: 'use the input push',
}

/**
 * Reads outputs, one per line: a path, which is a directory for the files, or attributes as one CSV record
 * (`type=oci,dest=image.tar`), in buildx's format. Two outputs with the same destination are a problem.
 * https://docs.docker.com/build/exporters/
 */
export function readOutputs(items: readonly ListItem[], platforms: number, report: ReportLine): ReadOutputs {
  const outputs = new Map<string, Output>()
  const images: ImageOutput[] = []
  for (const { text, line } of items) {
    const read = readOutput(text, line)
    if ('problem' in read) {
      report(read.problem, line)
      continue
    }
    const output = read.value
    if ('names' in output) {
      images.push(output)
      continue
    }
    if (output.kind === 'docker' && platforms > 1) {
      report('an archive for docker load holds one platform; type=oci holds several', line)
    }
    const place = output.kind === 'cacheonly' ? '' : normalize(output.dest).replace(/(?<=.)[/\\]$/, '')
    if (place !== '' && outputs.has(place)) report(`there is another output with the destination ${quote(place)}`, line)
    outputs.set(place, output)
  }
  return { outputs: [...outputs.values()], images }
}

function readOutput(text: string, line: number): Read<Output | ImageOutput> {
  const fields = readRecord(text)
  if (fields === undefined) return { problem: `expected a path or attributes as CSV, found ${quote(text)}` }
  const [only] = fields
  if (fields.length === 1 && only === text && !text.startsWith('type=')) {
    if (text === '-') return { problem: 'expected a path; "-" is not supported, because a step has no standard output' }
    return { value: { kind: 'files', form: 'folder', dest: text, platformSplit: undefined } }
  }
  const values = new Map<string, string>()
  for (const field of fields) {
    const { key, value } = splitPair(field)
    if (value === null) return { problem: `expected key=value, found ${quote(field)}` }
    // Keys of annotations are chosen by the user.
    const trimmed = key.trim()
    const name = /^annotation[-.[]/.test(trimmed) ? trimmed : trimmed.toLowerCase()
    // buildx uses the last value, so that only one of two images is pushed.
    if (values.has(name)) {
      const several = name === 'name' ? '; write all names as one quoted attribute: "name=acme/app:1,acme/app:2"' : ''
      return { problem: `${quote(name)} is given twice${several}` }
    }
    values.set(name, value)
  }
  const type = values.get('type')
  if (type === undefined) return { problem: `expected a type, one of ${types.join(', ')}, found ${quote(text)}` }
  const kind = readChoice(type, types)
  if ('problem' in kind) return { problem: `type: ${kind.problem}` }
  return kind.value === 'image' || kind.value === 'registry'
    ? readImageOutput(kind.value, values, line)
    : readAttributes(kind.value, values)
}

function readAttributes(kind: (typeof fileTypes)[number], values: ReadonlyMap<string, string>): Read<Output> {
  const known = ['type', 'dest', ...attributes[kind]]
  for (const key of values.keys()) {
    if (known.includes(key)) continue
    const hint = Object.hasOwn(instead, key) ? `: ${instead[key]}` : didYouMean(key, known)
    return { problem: `type=${kind} does not support ${quote(key)}${hint}` }
  }
  if (kind === 'cacheonly') return { value: { kind } }
  const dest = values.get('dest') ?? ''
  if (dest === '') {
    const load = kind === 'docker' ? '; to load the image into Docker, set load: true' : ''
    return { problem: `type=${kind} needs dest, the path to write to${load}` }
  }
  if (dest === '-')
    return { problem: 'dest: expected a path; "-" is not supported, because a step has no standard output' }
  const [name] = attributes[kind]
  const text = name === undefined ? undefined : values.get(name)
  const flag: Read<boolean | undefined> = text === undefined ? { value: undefined } : readBoolean(text)
  if ('problem' in flag) return { problem: `${name}: ${flag.problem}` }
  return kind === 'oci' || kind === 'docker'
    ? { value: { kind, form: flag.value === false ? 'folder' : 'archive', dest } }
    : { value: { kind: 'files', form: kind === 'local' ? 'folder' : 'archive', dest, platformSplit: flag.value } }
}
