import { ActionError, messageOf } from '../errors.ts'
import { isDigest } from './digest.ts'
import type { Descriptor, ImageConfig, Index, Manifest } from './types.ts'

/** The index in `bytes`. Throws `content-mismatch` when it is not one; `what` begins the message: "Cannot read index sha256:…". */
export function parseIndex(bytes: Uint8Array, what: string): Index {
  const value = parseObject(bytes, what)
  if (!Array.isArray(value['manifests']) || !value['manifests'].every(isDescriptor)) {
    throw malformed(what, '"manifests" is not a list of descriptors')
  }
  return value as Index
}

/** The manifest in `bytes`. Throws `content-mismatch` when it is not one. */
export function parseManifest(bytes: Uint8Array, what: string): Manifest {
  const value = parseObject(bytes, what)
  if (!isDescriptor(value['config'])) throw malformed(what, '"config" is not a descriptor')
  // BuildKit writes null for an image that is all configuration.
  const layers = value['layers'] ?? []
  if (!Array.isArray(layers) || !layers.every(isDescriptor)) {
    throw malformed(what, '"layers" is not a list of descriptors')
  }
  return { ...value, layers } as unknown as Manifest
}

/** The image configuration in `bytes`. Throws `content-mismatch` when it is not one. */
export function parseConfig(bytes: Uint8Array, what: string): ImageConfig {
  const value = parseObject(bytes, what)
  if (typeof value['os'] !== 'string' || typeof value['architecture'] !== 'string') {
    throw malformed(what, '"os" or "architecture" is missing')
  }
  const { config, history } = value
  const wrong = Object.entries(isObject(config) ? config : {}).find(([key, one]) => fields.get(key)?.(one) === false)
  if (wrong !== undefined) throw malformed(what, `"${wrong[0]}" is not what it should be`)
  if (!isAbsent(config) && !isObject(config)) throw malformed(what, '"config" is no object')
  if (!isAbsent(history) && !Array.isArray(history)) throw malformed(what, '"history" is no list')
  return value as ImageConfig
}

/** What `config` of an image's configuration may have. Go writes null for what is empty. */
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

/** Whether the value has what every descriptor must have. */
export function isDescriptor(value: unknown): value is Descriptor {
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

// Documents come from registries and engines, so what is read of them is checked; the rest is carried along unread.
type Loose = Readonly<Record<string, unknown>>

function parseObject(bytes: Uint8Array, what: string): Loose {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw malformed(what, `it is not JSON: ${messageOf(cause)}`, cause)
  }
  if (!isObject(value)) throw malformed(what, 'it is not a JSON object')
  return value as Loose
}

function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(what: string, found: string, cause?: unknown): ActionError {
  return new ActionError('content-mismatch', `${what}: ${found}`, { cause })
}
