import { ActionError } from '../errors/action-error.ts'
import type { Config, History } from '../oci/config.ts'
import { parseConfig } from '../oci/parse.ts'
import { formatRepository } from '../oci/reference.ts'
import type { BlobReader } from '../oci/store.ts'
import type { Descriptor, Platform } from '../oci/types.ts'
import type { FindImage, FoundImage } from '../registry/pull/find-image.ts'

/** An image that a stage begins with or copies from. Its layers are fetched on demand. */
export type Base = {
  /** The location of the image in messages: a repository, or the directory of an OCI layout. */
  readonly place: string
  readonly blobs: BlobReader
  readonly config: Config
  readonly layers: readonly Descriptor[]
}

/**
 * Finds a base image.
 *
 * @throws ActionError, errors of `toBase` and `find`
 */
export async function findBase(find: FindImage, reference: string, platform: Platform): Promise<Base> {
  const found = await find(reference, platform)
  return await toBase(found, reference, { place: formatRepository(found.repository), blobs: found.blobs })
}

/**
 * Opens a found image as a base.
 *
 * @throws ActionError `content-mismatch` for a configuration that does not match the manifest, and errors of reading it
 */
export async function toBase(
  { manifest, config }: Pick<FoundImage, 'manifest' | 'config'>,
  reference: string,
  where: Pick<Base, 'place' | 'blobs'>,
): Promise<Base> {
  return { ...where, config: readConfig(await config(), reference, manifest.layers.length), layers: manifest.layers }
}

/**
 * Parses a configuration written by another tool and completes it with all fields. Go writes null for an empty list,
 * and only `architecture`, `os` and `rootfs` are required.
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties
 */
function readConfig(bytes: Uint8Array, reference: string, layers: number): Config {
  const what = `Cannot read the configuration of the base image ${reference}`
  const { config, history, rootfs, ...rest } = withoutNulls(parseConfig(bytes, what))
  const diffIds: unknown = rootfs?.diff_ids ?? []
  if (!Array.isArray(diffIds) || diffIds.length !== layers) {
    const found = Array.isArray(diffIds) ? diffIds.length : 'no list of'
    throw new ActionError('content-mismatch', `${what}: it has ${found} diff_ids, and the manifest ${layers} layers`)
  }
  return {
    ...rest,
    config: withoutNulls(config ?? {}),
    history: completeHistory(
      (history ?? []).filter((line) => line !== null),
      layers,
    ),
    rootfs: { type: 'layers', diff_ids: diffIds },
  } as Config
}

/**
 * Adds missing history entries. Entries and layers correspond by their order, so that entries of later instructions
 * would otherwise be assigned to layers of the base. BuildKit appends the missing entries, too.
 */
function completeHistory(history: readonly History[], layers: number): readonly History[] {
  const missing = layers - history.filter(({ empty_layer }) => !empty_layer).length
  return missing <= 0 ? history : [...history, ...Array.from({ length: missing }, () => ({ created_by: 'base image' }))]
}

function withoutNulls<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null)) as T
}
