import { isObject, member, parseJsonObject } from '../../bounds/json.ts'
import { ActionError } from '../../errors/action-error.ts'
import { formatPlatform, normalizePlatform } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'

/** The fields that BuildKit writes, in its order. Podman adds those of Docker's first format: container, host name, parent. */
const executionFields = [
  ...['User', 'ExposedPorts', 'Env', 'Entrypoint', 'Cmd', 'Volumes', 'WorkingDir', 'Labels', 'StopSignal'],
  ...['ArgsEscaped', 'Healthcheck', 'OnBuild', 'Shell'],
]
const historyFields = ['created', 'created_by', 'author', 'comment', 'empty_layer']
const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

export type ConfigChanges = {
  readonly platform: Platform
  readonly labels: Readonly<Record<string, string>>
  /** The image begins with `FROM scratch`: BuildKit gives it a PATH and a working directory. */
  readonly fromScratch: boolean
  /** SOURCE_DATE_EPOCH, in seconds: no time of the configuration is later. Undefined: the times of the build. */
  readonly epoch: number | undefined
}

/**
 * Returns the configuration of an image that Podman built, in the form in which BuildKit writes it: for the platform asked for (Podman 4.3
 * takes a cached `FROM scratch` of another), with the labels of the build, without what names this machine.
 *
 * @throws ActionError `content-mismatch` if it is not a configuration
 */
export function toImageConfig(bytes: Buffer, { platform, labels, fromScratch, epoch }: ConfigChanges): Buffer {
  const given = parseJsonObject(bytes.toString('utf8'))
  const rootfs = given?.['rootfs']
  if (given === undefined || !isObject(rootfs)) {
    throw new ActionError('content-mismatch', `Cannot read the image for ${formatPlatform(platform)} that Podman saved`)
  }
  const execution = isObject(given['config']) ? given['config'] : {}
  const env = Array.isArray(execution['Env']) ? execution['Env'] : []
  const hasPath = env.some((entry) => typeof entry === 'string' && entry.startsWith('PATH='))
  const all = {
    ...execution,
    Labels: { ...(isObject(execution['Labels']) ? execution['Labels'] : {}), ...labels },
    ...(fromScratch && !hasPath ? { Env: [defaultPath, ...env] } : {}),
    ...(fromScratch && !execution['WorkingDir'] ? { WorkingDir: '/' } : {}),
  }
  const history = Array.isArray(given['history']) ? given['history'] : []
  const own = variantOf(given, platform)
  const { architecture, os, variant } = normalizePlatform({ ...own, ...platform })
  const document = {
    architecture,
    author: given['author'] || undefined,
    config: only(all, executionFields),
    created: latest(given['created'], epoch),
    history: history.map((line: unknown) => withTime(only(withoutLocalNames(line), historyFields), epoch)),
    os,
    rootfs,
    variant,
  }
  return Buffer.from(JSON.stringify(document))
}

/** Returns the variant of the base image, if the base is for the same processor. The variant of the platform overrides it. */
function variantOf(
  given: Readonly<Record<string, unknown>>,
  { architecture }: Platform,
): { readonly variant?: string } {
  const variant = given['variant']
  return given['architecture'] === architecture && typeof variant === 'string' && variant !== '' ? { variant } : {}
}

/** Podman notes the image that a step began with, by a name or ID of its own store. */
function withoutLocalNames(line: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(line)) return {}
  const comment = member(line, 'comment')
  return typeof comment === 'string' && comment.startsWith('FROM ') ? { ...line, comment: undefined } : line
}

/** Returns a time that is not later than `epoch`. */
function latest(time: unknown, epoch: number | undefined): unknown {
  if (epoch === undefined) return time
  const isEarlier = typeof time === 'string' && Date.parse(time) < epoch * 1000
  return isEarlier ? time : new Date(epoch * 1000).toISOString()
}

function withTime(line: Readonly<Record<string, unknown>>, epoch: number | undefined): object {
  return line['created'] === undefined ? line : { ...line, created: latest(line['created'], epoch) }
}

/** The fields that are set: Podman writes empty lists and texts where BuildKit writes nothing. */
function only(object: Readonly<Record<string, unknown>>, fields: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(fields.filter((key) => !isEmpty(object[key])).map((key) => [key, object[key]]))
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
