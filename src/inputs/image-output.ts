import { parseReference } from '../oci/reference.ts'
import type { Compression } from './inputs.ts'
import type { ListItem } from './read/list.ts'
import { didYouMean, quote, type Read, readWith } from './read/problem.ts'
import { readBoolean, readChoice } from './read/value.ts'

/** An output of type `image` or `registry`: attributes with the meaning of other inputs, in buildx's names. */
export type ImageOutput = {
  /** Undefined: the input `push` decides. */
  readonly push: boolean | undefined
  /** Full references. */
  readonly names: readonly string[]
  /** In the format of the input `annotations`. */
  readonly annotations: readonly string[]
  readonly compression: Compression | undefined
  /** Line of the input `outputs`, from 1. */
  readonly line: number
}

const compressions = ['gzip', 'zstd', 'uncompressed'] as const

/** Attributes that are supported with one value only, and the replacement for the other value. */
const fixed: Readonly<Record<string, { readonly value: boolean; readonly instead: string }>> = {
  'push-by-digest': {
    value: false,
    instead:
      'content is always pushed by digest first, and then gets its tags; list all platforms in one step, and jobs that push digests and merge them are not needed',
  },
  'force-compression': { value: false, instead: 'layers of the base image are not compressed again' },
  'oci-mediatypes': {
    value: true,
    instead: 'images have OCI media types, and those of Docker only in a registry that accepts no others',
  },
  'rewrite-timestamp': { value: false, instead: 'it is not supported; set the times of files in the Dockerfile' },
  'registry.insecure': { value: false, instead: 'set `registry` to an http:// address for plain HTTP' },
  store: { value: true, instead: 'set `load: false`' },
}

/** Attributes that have no effect on an image that is pushed. */
const withoutEffect: readonly string[] = ['name-canonical', 'unpack']

const known = [
  ...['type', 'push', 'name', 'compression'],
  ...['annotation.KEY', 'annotation-index.KEY'],
  ...Object.keys(fixed),
  ...withoutEffect,
]

/**
 * Reads the attributes of an output of type `image` or `registry`.
 * https://docs.docker.com/build/exporters/image-registry/
 */
export function readImageOutput(
  type: 'image' | 'registry',
  values: ReadonlyMap<string, string>,
  line: number,
): Read<ImageOutput> {
  const flags = new Map<string, boolean>()
  const annotations: string[] = []
  for (const [key, value] of values) {
    if (['type', 'name', 'compression'].includes(key)) continue
    const annotation = annotationOf(key, value)
    if (annotation !== undefined) {
      annotations.push(annotation)
      continue
    }
    if (key !== 'push' && !Object.hasOwn(fixed, key) && !withoutEffect.includes(key)) {
      const why = Object.hasOwn(refused, key) ? `: ${refused[key]}` : didYouMean(key, known)
      return { problem: `type=${type} does not support ${quote(key)}${why}` }
    }
    const flag = readBoolean(value)
    if ('problem' in flag) return { problem: `${key}: ${flag.problem}` }
    flags.set(key, flag.value)
    const only = Object.hasOwn(fixed, key) ? fixed[key] : undefined
    if (only !== undefined && only.value !== flag.value) {
      return { problem: `type=${type} does not support ${key}=${value}: ${only.instead}` }
    }
  }
  const push = flags.get('push')
  if (type === 'registry' && push === false) {
    return { problem: 'type=registry is pushed, and push=false contradicts it; write type=image,push=false' }
  }
  const compression = values.has('compression') ? readChoice(values.get('compression') ?? '', compressions) : undefined
  if (compression !== undefined && 'problem' in compression) {
    return { problem: `compression: ${compression.problem}` }
  }
  const names = (values.get('name') ?? '').split(',').flatMap((name) => name.trim() || [])
  for (const name of names) {
    const read = readWith(name, (text) => parseReference(text.toLowerCase()))
    if ('problem' in read) return { problem: `name: ${read.problem}` }
    if (read.value.digest !== undefined) {
      return { problem: `name: expected a name without a digest, found ${quote(name)}` }
    }
  }
  return {
    value: { push: type === 'registry' ? true : push, names, annotations, compression: compression?.value, line },
  }
}

const refused: Readonly<Record<string, string>> = {
  'dangling-name-prefix': 'an image without a name gets none; set images or tags',
  'compression-level': 'the level of each compression is fixed; the input compression selects it',
  dest: 'the image goes to a registry; type=oci,dest=… writes a file',
}

/**
 * Converts `annotation-index.key`, or for a platform `annotation-manifest-descriptor[linux/amd64].key`, to the format
 * of the input `annotations`.
 */
function annotationOf(key: string, value: string): string | undefined {
  const [, level = 'manifest', platform = '', name] = /^annotation(?:-([a-z-]+))?(\[[^\]]*\])?\.(.+)$/s.exec(key) ?? []
  return name === undefined ? undefined : `${level}${platform}:${name}=${value}`
}

/** The values from outputs that replace those of other inputs. */
export type OutputOverrides = {
  readonly push: boolean | 'auto'
  readonly compression: Compression
  /** Replaces the entries of `tags`. */
  readonly tags: readonly ListItem[]
  readonly annotations: readonly ListItem[]
}

type OtherInputs = {
  readonly push: boolean | 'auto'
  readonly compression: Compression
  readonly hasImages: boolean
  readonly tags: readonly ListItem[]
}

/** Merges image outputs into the inputs of the same meaning; contradictions are reported. */
export function applyImageOutputs(
  images: readonly ImageOutput[],
  given: OtherInputs,
  report: (message: string, line: number) => void,
): OutputOverrides {
  let { push, compression } = given
  let first: ImageOutput | undefined
  for (const image of images) {
    const { line } = image
    if (first !== undefined && first.push !== image.push) {
      report('one output of type image is pushed and another is not; write one, with all names', line)
    } else if (image.push === false && given.push !== false) {
      report(`push=false contradicts the input push, which is ${given.push}; remove one of them`, line)
    } else if (image.push && push === false) push = true
    if (image.compression !== undefined && image.compression !== compression) {
      if (compression === 'gzip' && first === undefined) compression = image.compression
      else report(`compression=${image.compression} contradicts compression ${compression}; remove one of them`, line)
    }
    if (image.names.length > 0 && (given.hasImages || given.tags.length > 0)) {
      report('name contradicts the inputs images and tags, which name the image; remove one of them', line)
    }
    first ??= image
  }
  const names = images.flatMap((image) => image.names.map((text) => ({ text, line: image.line })))
  return {
    push,
    compression,
    tags: given.tags.length > 0 || given.hasImages ? given.tags : names,
    annotations: images.flatMap((image) => image.annotations.map((text) => ({ text, line: image.line }))),
  }
}
