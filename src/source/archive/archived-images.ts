import { limits } from '../../bounds/limits.ts'
import { ActionError } from '../../errors/action-error.ts'
import { blobName, digestOf, verify } from '../../oci/digest.ts'
import { isAttestation } from '../../oci/image-tree.ts'
import { isConfigType, isIndexType, isManifestType } from '../../oci/media-type.ts'
import { parseConfig, parseIndex, parseManifest } from '../../oci/parse.ts'
import { normalizePlatform } from '../../oci/platform.ts'
import { formatReference, isTag, parseReference } from '../../oci/reference.ts'
import type { Descriptor, Platform } from '../../oci/types.ts'
import type { ArchivedFiles } from './archived-files.ts'
import { parseSavedManifest, type SavedImage } from './saved-manifest.ts'

/** The image of one platform in an archive. */
export type ArchivedImage = {
  readonly platform: Platform
  readonly config: Buffer
  /** The files of its layers, bottom first. */
  readonly layers: readonly string[]
}

/** The image to select from an archive: the only one, the one at a position (`@0`), or the one with a name or tag. */
export type WantedImage = string | undefined

type Reading = {
  readonly files: ArchivedFiles
  /** The name of the archive in messages. */
  readonly text: string
  readonly fail: (found: string, hint?: string) => ActionError
}

/**
 * Finds the images of one name in an archive from `docker image save`, one per complete platform. An archive in the old
 * format, or from an image store without indexes, has one. Docker 25 and later also write an OCI index, which lists the
 * other platforms.
 *
 * @throws ActionError `image-not-found`, and the error of `fail` for an invalid archive
 */
export async function findSavedImages(reading: Reading, wanted: WantedImage): Promise<readonly ArchivedImage[]> {
  const { files, text, fail } = reading
  const manifest = await files.read('manifest.json', limits.manifest)
  if (manifest === undefined) {
    const hint =
      files.sizeOf('index.json') === undefined
        ? 'Save the image again with `docker image save`, Docker 1.10 or newer.'
        : 'It is an OCI archive: write `oci-archive:` instead of `docker-archive:`.'
    throw fail('it has no manifest.json', hint)
  }
  const images = parseSavedManifest(manifest, fail)
  const saved = choose(images, wanted, { text, keyOf: ({ config }) => config, isNamed: isSavedAs, show: showSaved })
  const config = await files.read(saved.config, limits.config)
  if (config === undefined) throw fail(`it has no ${saved.config}`)
  const missing = saved.layers.find((layer) => files.sizeOf(layer) === undefined)
  if (missing !== undefined) throw fail(`it has no ${missing}`)
  const digest = digestOf(config)
  const listed = await imagesOfIndex(reading, saved)
  return (
    listed.find((one) => one.some((image) => digestOf(image.config) === digest)) ?? [
      { platform: platformOf(config, fail), config, layers: saved.layers },
    ]
  )
}

/**
 * Finds the images of one name in an OCI archive, one per complete platform.
 *
 * @throws ActionError `image-not-found`, and the error of `fail` for an invalid archive
 */
export async function findOciImages(reading: Reading, wanted: WantedImage): Promise<readonly ArchivedImage[]> {
  const { files, text, fail } = reading
  const index = await files.read('index.json', limits.manifest)
  if (index === undefined) {
    const hint =
      files.sizeOf('manifest.json') === undefined
        ? 'An OCI archive is a tar archive with index.json at its top, such as `outputs: type=oci` writes.'
        : 'It was saved by Docker: write `docker-archive:` instead of `oci-archive:`.'
    throw fail('it has no index.json', hint)
  }
  const { manifests } = parseIndex(index, `Cannot read ${text}: index.json`)
  const chosen = choose(manifests, wanted, {
    text,
    keyOf: ({ digest }) => digest,
    isNamed: (one, name) => namesOf(one).some((own) => own === name || isSameName(own, name)),
    show: (one) => namesOf(one)[0] ?? one.digest,
  })
  const images = await imagesUnder(chosen, reading)
  if (images.length === 0) throw fail(`${chosen.digest} has no image whose files are all in the archive`)
  return images
}

/**
 * Returns the images of each entry of the archive's own index, starting with those that have a name of the saved image;
 * none for an archive without an index.
 */
async function imagesOfIndex(reading: Reading, saved: SavedImage): Promise<readonly (readonly ArchivedImage[])[]> {
  const index = await reading.files.read('index.json', limits.manifest)
  if (index === undefined) return []
  const { manifests } = parseIndex(index, `Cannot read ${reading.text}: index.json`)
  const isNamed = (one: Descriptor) => namesOf(one).some((name) => isSavedAs(saved, name))
  const ordered = [...manifests.filter(isNamed), ...manifests.filter((one) => !isNamed(one))]
  const found: (readonly ArchivedImage[])[] = []
  for (const one of ordered) found.push(await imagesUnder(one, reading))
  return found
}

/** Returns the images below a descriptor whose files are in the archive: Docker also lists missing platforms. */
async function imagesUnder(root: Descriptor, { files, text, fail }: Reading): Promise<readonly ArchivedImage[]> {
  const images: ArchivedImage[] = []
  let documents = 0
  const visit = async (descriptor: Descriptor, depth: number): Promise<void> => {
    documents += 1
    if (depth > limits.indexDepth || documents > limits.indexEntries) {
      throw fail(`it has more than ${limits.indexDepth} nested indexes, or ${limits.indexEntries} documents`)
    }
    const { mediaType, digest } = descriptor
    if (isAttestation(descriptor) || files.sizeOf(blobName(digest)) === undefined) return
    if (isIndexType(mediaType)) {
      const { manifests } = parseIndex(await read(descriptor, limits.manifest), `Cannot read ${text}: ${digest}`)
      for (const child of manifests) await visit(child, depth + 1)
    } else if (isManifestType(mediaType)) {
      const manifest = parseManifest(await read(descriptor, limits.manifest), `Cannot read ${text}: ${digest}`)
      const layers = manifest.layers.map((layer) => blobName(layer.digest))
      const isWhole = [blobName(manifest.config.digest), ...layers].every((name) => files.sizeOf(name) !== undefined)
      if (!isWhole || !isConfigType(manifest.config.mediaType)) return
      const config = await read(manifest.config, limits.config)
      images.push({ platform: platformOf(config, fail), config, layers })
    }
  }
  const read = async (descriptor: Descriptor, most: number): Promise<Buffer> => {
    const name = blobName(descriptor.digest)
    const bytes = await files.read(name, most)
    if (bytes === undefined) throw fail(`it has no ${name}`)
    verify(bytes, descriptor, `Cannot read ${text}: ${name}`)
    return bytes
  }
  await visit(root, 0)
  return images
}

function platformOf(config: Buffer, fail: Reading['fail']): Platform {
  const { os, architecture, variant, 'os.version': version } = parseConfig(config, fail('its configuration').message)
  return normalizePlatform({
    os,
    architecture,
    ...(variant === undefined ? {} : { variant }),
    ...(version === undefined ? {} : { 'os.version': version }),
  })
}

/**
 * https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md; containerd stores the tag in this
 * annotation, and the full name in its own.
 */
function namesOf({ annotations = {} }: Descriptor): readonly string[] {
  const names = [annotations['io.containerd.image.name'], annotations['org.opencontainers.image.ref.name']]
  return names.filter((name) => name !== undefined)
}

function isSavedAs({ names }: SavedImage, name: string): boolean {
  return names.some((own) => isSameName(own, name))
}

function showSaved({ names: [name], config }: SavedImage): string {
  return name ?? config
}

/** Whether two names are equal after normalization, or the second is the tag of the first. */
function isSameName(own: string, wanted: string): boolean {
  const [full, other] = [fullName(own), fullName(wanted)]
  return full !== undefined && (full === other || (isTag(wanted) && full.endsWith(`:${wanted}`)))
}

function fullName(text: string): string | undefined {
  try {
    const { registry, repository, tag = 'latest' } = parseReference(text)
    return formatReference({ registry, repository, tag })
  } catch {
    return undefined
  }
}

type Choice<T> = {
  readonly text: string
  readonly keyOf: (one: T) => string
  readonly isNamed: (one: T, name: string) => boolean
  readonly show: (one: T) => string
}

/** Throws ActionError `image-not-found`, which lists the images of the archive. */
function choose<T>(all: readonly T[], wanted: WantedImage, { text, keyOf, isNamed, show }: Choice<T>): T {
  const [, position] = /^@([0-9]{1,6})$/.exec(wanted ?? '') ?? []
  const fitting =
    wanted === undefined
      ? all
      : position === undefined
        ? all.filter((one) => isNamed(one, wanted))
        : all.slice(Number(position), Number(position) + 1)
  const [found] = fitting
  if (found !== undefined && new Set(fitting.map(keyOf)).size === 1) return found
  const listed = all.slice(0, 20).map((one, index) => `${show(one)} (@${index})`)
  const more = all.length > listed.length ? ', …' : ''
  const problem =
    found === undefined
      ? `it has no ${wanted ?? 'image'}`
      : `it has ${new Set(fitting.map(keyOf)).size} images${wanted === undefined ? '' : ` of the name ${wanted}`}`
  throw new ActionError('image-not-found', `Cannot find the base image in ${text}: ${problem}`, {
    hint: `Name one of its images after the file, by name or position: ${listed.join(', ')}${more}.`,
  })
}
