import { isObject, JsonError, parseJson } from '../bounds/json.ts'
import { limits } from '../bounds/limits.ts'
import { ActionError } from '../errors/action-error.ts'
import type { ImageConfig } from './config.ts'
import { isDigest } from './digest.ts'
import { isIndexType, isManifestType, mediaType } from './media-type.ts'
import type { Descriptor, Index, Manifest } from './types.ts'

/**
 * Parses an index. Throws `content-mismatch` if `bytes` are not an index; `what` begins the message: "Cannot read index
 * sha256:…".
 */
export function parseIndex(bytes: Uint8Array, what: string): Index {
  const value = parseObject(bytes, what)
  assertKind(value, 'index', what)
  if (!Array.isArray(value['manifests']) || !value['manifests'].every(isDescriptor)) {
    throw malformed(what, '"manifests" is not a list of descriptors')
  }
  if (value['manifests'].length > limits.indexEntries) {
    throw malformed(what, `it has ${value['manifests'].length} entries, the limit is ${limits.indexEntries}`)
  }
  return { ...value, manifests: value['manifests'].map(withoutEmptyPlatform) } as unknown as Index
}

/** Removes a platform of nulls or empty texts, which is equivalent to none. */
function withoutEmptyPlatform(entry: Descriptor): Descriptor {
  const { platform, ...rest } = entry
  const given: unknown = platform
  const named =
    isObject(given) && [given['os'], given['architecture']].every((one) => typeof one === 'string' && one !== '')
  return platform === undefined || named ? entry : rest
}

/** Parses a manifest. Throws `content-mismatch` if `bytes` are not a manifest. */
export function parseManifest(bytes: Uint8Array, what: string): Manifest {
  const value = parseObject(bytes, what)
  assertKind(value, 'manifest', what)
  if (!isDescriptor(value['config'])) throw malformed(what, '"config" is not a descriptor')
  // BuildKit writes null for an image without layers.
  const layers = value['layers'] ?? []
  if (!Array.isArray(layers) || !layers.every(isDescriptor)) {
    throw malformed(what, '"layers" is not a list of descriptors')
  }
  if (layers.length > limits.layers) {
    throw malformed(what, `it has ${layers.length} layers, the limit is ${limits.layers}`)
  }
  return { ...value, layers } as unknown as Manifest
}

/** Parses an image's configuration. Throws `content-mismatch` if `bytes` are not a configuration. */
export function parseConfig(bytes: Uint8Array, what: string): ImageConfig {
  const value = parseObject(bytes, what)
  if (typeof value['os'] !== 'string' || typeof value['architecture'] !== 'string') {
    throw malformed(what, '"os" or "architecture" is missing')
  }
  const { config, history } = value
  const wrong = Object.entries(isObject(config) ? config : {}).find(([key, one]) => fields.get(key)?.(one) === false)
  if (wrong !== undefined) throw malformed(what, `"${wrong[0]}" has the wrong type`)
  if (!isAbsent(config) && !isObject(config)) throw malformed(what, '"config" is not an object')
  if (!isAbsent(history) && !Array.isArray(history)) throw malformed(what, '"history" is not a list')
  return value as ImageConfig
}

/** The types of the fields of `config` in an image's configuration. Go writes null for empty values. */
const fields = new Map<string, (value: unknown) => boolean>([
  ...['User', 'WorkingDir', 'StopSignal'].map((name) => [name, isText] as const),
  ...['Env', 'Entrypoint', 'Cmd', 'OnBuild', 'Shell'].map((name) => [name, isTexts] as const),
  ...['ExposedPorts', 'Volumes'].map((name) => [name, (value: unknown) => isAbsent(value) || isObject(value)] as const),
  ['Labels', isTextMap],
])

function isTextMap(value: unknown): boolean {
  return isAbsent(value) || (isObject(value) && Object.values(value).every((one) => typeof one === 'string'))
}

function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined
}

function isText(value: unknown): boolean {
  return isAbsent(value) || typeof value === 'string'
}

function isTexts(value: unknown): boolean {
  return isAbsent(value) || (Array.isArray(value) && value.every((one) => typeof one === 'string'))
}

/** Whether the value has the required fields of a descriptor. */
function isDescriptor(value: unknown): value is Descriptor {
  if (!isObject(value)) return false
  const { mediaType, digest, size } = value
  return (
    typeof mediaType === 'string' &&
    typeof digest === 'string' &&
    isDigest(digest) &&
    Number.isSafeInteger(size) &&
    Number(size) >= 0
  )
}

// Documents come from registries and engines: the fields that are used are validated, the rest is preserved.
type Loose = Readonly<Record<string, unknown>>

function parseObject(bytes: Uint8Array, what: string): Loose {
  let value: unknown
  try {
    value = parseJson(new TextDecoder().decode(bytes))
  } catch (cause) {
    if (cause instanceof JsonError) throw malformed(what, cause.message, cause)
    throw cause
  }
  if (!isObject(value)) throw malformed(what, 'it is not a JSON object')
  return value as Loose
}

type Kind = 'index' | 'manifest'

/**
 * Returns the media type of a manifest or an index: its own, else that of its descriptor or header, else the one of its
 * structure. Registries serve everything as JSON or as bytes (https://github.com/openshift/cincinnati/pull/155), and
 * the document need not contain its type (https://github.com/spegel-org/spegel/issues/172).
 *
 * @throws ActionError `content-mismatch` if `given` and the document disagree about index or manifest, or the document
 * is both
 */
export function documentType(bytes: Uint8Array, given: string, what: string): string {
  const said = kindOf(given)
  let value: Loose
  try {
    value = parseObject(bytes, what)
  } catch (error) {
    // The reader of the content reports the error.
    if (said !== undefined) return given
    throw error
  }
  const own = typeof value['mediaType'] === 'string' ? value['mediaType'] : ''
  const kind = kindOf(own) ?? said ?? formOf(value)
  if (kind === undefined) return own === '' ? given : own
  assertKind(value, kind, what)
  if (said !== undefined && said !== kind) throw ambiguous(what, `it is an ${kind} and is served as "${given}"`)
  if (kindOf(own) !== undefined) return own
  if (said !== undefined) return given
  return kind === 'index' ? mediaType.ociIndex : mediaType.ociManifest
}

function kindOf(type: string): Kind | undefined {
  return isIndexType(type) ? 'index' : isManifestType(type) ? 'manifest' : undefined
}

function formOf(value: Loose): Kind | undefined {
  return isAbsent(value['manifests']) ? (isAbsent(value['config']) ? undefined : 'manifest') : 'index'
}

/**
 * Rejects a document that is both an index and a manifest: two programs would see two images under one digest.
 * https://github.com/opencontainers/distribution-spec/security/advisories/GHSA-mc8v-mgrf-8f4m
 */
function assertKind(value: Loose, kind: Kind, what: string): void {
  const own = typeof value['mediaType'] === 'string' ? kindOf(value['mediaType']) : undefined
  if (own !== undefined && own !== kind)
    throw ambiguous(what, `it has the structure of an ${kind} and declares to be an ${own}`)
  const foreign = (kind === 'index' ? ['config', 'layers', 'fsLayers'] : ['manifests', 'fsLayers']).find(
    (name) => !isAbsent(value[name]),
  )
  if (foreign !== undefined) throw ambiguous(what, `it is an ${kind} and has "${foreign}"`)
}

function ambiguous(what: string, found: string): ActionError {
  return new ActionError('content-mismatch', `${what}: ${found.replace(/\ban manifest/g, 'a manifest')}`, {
    hint: 'Do not use this image: tools disagree about what it is. Have its publisher push it again.',
  })
}

function malformed(what: string, found: string, cause?: unknown): ActionError {
  return new ActionError('content-mismatch', `${what}: ${found}`, { cause })
}
