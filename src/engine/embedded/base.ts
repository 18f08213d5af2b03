import { buffer } from 'node:stream/consumers'
import { ActionError } from '../../errors.ts'
import { isIndexType } from '../../oci/media-type.ts'
import { parseIndex, parseManifest } from '../../oci/parse.ts'
import { formatPlatform, normalisePlatform } from '../../oci/platform.ts'
import { parseReference, type Repository } from '../../oci/reference.ts'
import type { Descriptor, Platform } from '../../oci/types.ts'
import type { RegistryClient } from '../../registry/client.ts'
import type { Config } from './image-config.ts'

/** An image that a stage begins with or copies from; its layers stay where they are until something needs them. */
export type Base = {
  readonly repository: Repository
  readonly config: Config
  readonly layers: readonly Descriptor[]
}

/** Finds the image of a reference for a platform. Asks a registry for each document once. */
export type FindBase = (reference: string, platform: Platform) => Promise<Base>

/**
 * @throws by its result, ActionError `image-not-found` for a reference that is not there, `platform-unsupported` for one
 * that has no image for the platform, and those of the registry
 */
export function createFindBase(registry: RegistryClient, signal: AbortSignal): FindBase {
  const fetched = new Map<string, Promise<{ readonly descriptor: Descriptor; readonly bytes: Uint8Array }>>()
  const fetch = (repository: Repository, name: string, text: string) => {
    const key = `${repository.registry}/${repository.repository}@${name}`
    const known = fetched.get(key)
    if (known) return known
    const found = registry.getManifest(repository, name, { signal }).then((manifest) => {
      if (manifest) return manifest
      throw new ActionError('image-not-found', `Cannot find the base image ${text}: the registry does not have it`, {
        hint: 'Check name and tag in the Dockerfile; a private image also looks like this to those who are not logged in.',
      })
    })
    fetched.set(key, found)
    return found
  }

  return async (text, platform) => {
    const reference = parseReference(text)
    const root = await fetch(reference, reference.digest ?? reference.tag ?? 'latest', text)
    const isIndex = isIndexType(root.descriptor.mediaType)
    const chosen = isIndex ? choose(text, root.bytes, platform) : undefined
    const { bytes } = chosen ? await fetch(reference, chosen.digest, text) : root
    const manifest = parseManifest(bytes, `Cannot read the manifest of ${text}`)
    const blob = await buffer(await registry.getBlob(reference, manifest.config, { signal }))
    const config = JSON.parse(blob.toString('utf8')) as Config
    // BuildKit takes a manifest that stands alone for every platform, and labels the result wrongly.
    const own = formatPlatform(normalisePlatform(config))
    if (!chosen && !acceptable(platform).includes(own)) throw unsupported(text, platform, [own])
    return {
      repository: { registry: reference.registry, repository: reference.repository },
      config,
      layers: manifest.layers,
    }
  }
}

/** As containerd chooses: the platform itself, else for 32-bit Arm the next older variant. */
function choose(text: string, index: Uint8Array, platform: Platform): Descriptor {
  const { manifests } = parseIndex(index, `Cannot read the index of ${text}`)
  const offered = manifests.flatMap((manifest) =>
    manifest.platform && manifest.platform.os !== 'unknown'
      ? [{ manifest, name: formatPlatform(normalisePlatform(manifest.platform)) }]
      : [],
  )
  for (const name of acceptable(platform)) {
    const found = offered.find((one) => one.name === name)
    if (found) return found.manifest
  }
  throw unsupported(text, platform, [...new Set(offered.map(({ name }) => name))])
}

function unsupported(text: string, platform: Platform, offered: readonly string[]): ActionError {
  const wanted = formatPlatform(platform)
  return new ActionError(
    'platform-unsupported',
    `Cannot build for ${wanted}: the base image ${text} has no such platform`,
    {
      hint: `It has ${offered.join(', ')}. Build for these, take another base image, or name the digest of its index instead of one platform's.`,
      platform: wanted,
    },
  )
}

function acceptable(platform: Platform): readonly string[] {
  const name = formatPlatform(platform)
  const [, version] = /^linux\/arm\/v(\d)$/.exec(name) ?? []
  const older = version === undefined ? [] : [5, 6, 7].filter((one) => one < Number(version)).reverse()
  return [name, ...older.map((one) => `linux/arm/v${one}`)]
}
