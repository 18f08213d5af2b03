import { limits } from '../bounds/limits.ts'
import { parallel } from '../bounds/parallel.ts'
import { ActionError, toActionError } from '../errors/action-error.ts'
import { combine } from '../errors/gather.ts'
import type { Host } from '../host/host.ts'
import { digestOf } from '../oci/digest.ts'
import type { Document, ImageTree } from '../oci/image-tree.ts'
import { isIndexType, mediaType } from '../oci/media-type.ts'
import { parseIndex, parseManifest } from '../oci/parse.ts'
import { formatRepository, type Repository } from '../oci/reference.ts'
import type { Descriptor, Digest } from '../oci/types.ts'
import type { RegistryClient } from '../registry/client.ts'
import { registryReader, registryStore } from '../registry/registry-store.ts'
import { formatBytes } from '../text/bytes.ts'
import { pushTree } from './push-tree.ts'

/** An artifact that refers to an image or to another artifact. */
type Referrer = {
  readonly descriptor: Descriptor
  readonly subject: Digest
  /** The tag under which cosign finds it; absent for one that has a `subject`. */
  readonly tag?: string
}

type Copying = {
  readonly client: RegistryClient
  readonly source: Repository
  readonly target: Repository
  readonly host: Host
}

/** Maximum number of concurrent requests. */
const requestsAtOnce = 6

/** https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md */
const cosignEndings = ['.sig', '.att', '.sbom']

/**
 * Copies the artifacts that refer to an image, such as signatures and attestations, to a repository that has the image: those with a
 * `subject`, found by the referrers API or its fallback tag, and those under the tags of cosign. Existing artifacts of the target are kept.
 * Names each in the log; failures are warnings.
 *
 * @throws ActionError `cancelled`
 */
export async function copyReferrers({ root, images }: ImageTree, copying: Copying): Promise<void> {
  const { host, target } = copying
  const subjects = [...new Set([root.digest, ...images.map(({ manifest }) => manifest.digest)])]
  const failures: ActionError[] = []
  const attempt = async (what: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work()
      return true
    } catch (thrown) {
      const error = toActionError(thrown)
      if (error.code === 'cancelled' || error.code === 'internal') throw error
      failures.push(error.with({ message: `${what}: ${error.message}` }))
      return false
    }
  }
  const found: Referrer[] = []
  await attempt('Cannot list them', async () => void found.push(...(await findReferrers(subjects, copying))))
  const budget = { left: limits.referrerBytes }
  const listed = new Map<Digest, readonly Descriptor[]>()
  for (const referrer of found) {
    const { descriptor, subject, tag } = referrer
    const isCopied = await attempt(nameOf(referrer), () => copyReferrer(referrer, copying, budget))
    // A registry may reject an index that names a manifest it does not have.
    if (isCopied && tag === undefined) listed.set(subject, [...(listed.get(subject) ?? []), descriptor])
  }
  for (const [subject, descriptors] of listed) {
    await attempt(subject, () => listInTarget(subject, descriptors, copying))
  }
  if (failures.length === 0) return
  host.log.warning(
    `Some signatures or other artifacts of the image were not copied to ${formatRepository(target)}. ${combine('Copying', failures).message}`,
  )
}

/** Finds the referrers of the subjects, and those of the referrers. */
async function findReferrers(
  subjects: readonly Digest[],
  { client, source, host }: Copying,
): Promise<readonly Referrer[]> {
  const { signal } = host
  const found = new Map<string, Referrer>()
  let next = subjects
  for (let depth = 0; next.length > 0 && depth < limits.referrerDepth; depth++) {
    const level = await parallel(
      requestsAtOnce,
      next,
      async (subject, own) => [
        ...(await withSubject(client, source, { subject, signal: own })),
        ...(await withTag(client, source, { subject, signal: own })),
      ],
      { signal },
    )
    const added = level.flat().filter(({ descriptor, tag = '' }) => !found.has(`${descriptor.digest} ${tag}`))
    for (const one of added) found.set(`${one.descriptor.digest} ${one.tag ?? ''}`, one)
    if (found.size > limits.referrers) {
      throw new ActionError(
        'content-mismatch',
        `${formatRepository(source)} has more than ${limits.referrers} artifacts that refer to the image`,
      )
    }
    next = added.filter(({ tag }) => tag === undefined).map(({ descriptor }) => descriptor.digest)
  }
  return [...found.values()]
}

type Looking = { readonly subject: Digest; readonly signal: AbortSignal }

/** Returns the artifacts with this `subject`. */
async function withSubject(
  client: RegistryClient,
  source: Repository,
  { subject, signal }: Looking,
): Promise<readonly Referrer[]> {
  const listed = await client.getReferrers(source, subject, { signal })
  const descriptors = listed ?? (await readFallback(client, source, { subject, signal }))
  return descriptors.map((descriptor) => ({ descriptor, subject }))
}

/** Reads the index that stands in for the referrers API: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema */
async function readFallback(
  client: RegistryClient,
  repository: Repository,
  { subject, signal }: Looking,
): Promise<readonly Descriptor[]> {
  const found = await client.getManifest(repository, tagOf(subject), { signal })
  if (found === undefined || !isIndexType(found.descriptor.mediaType)) return []
  return parseIndex(found.bytes, `Cannot read ${formatRepository(repository)}:${tagOf(subject)}`).manifests
}

/** Returns the artifacts under cosign's tags. */
async function withTag(
  client: RegistryClient,
  source: Repository,
  { subject, signal }: Looking,
): Promise<readonly Referrer[]> {
  const found: Referrer[] = []
  for (const ending of cosignEndings) {
    const tag = `${tagOf(subject)}${ending}`
    const descriptor = await client.headManifest(source, tag, { signal })
    if (descriptor !== undefined) found.push({ descriptor, subject, tag })
  }
  return found
}

async function copyReferrer(
  referrer: Referrer,
  { client, source, target, host }: Copying,
  budget: { left: number },
): Promise<void> {
  const { descriptor, tag } = referrer
  const { signal } = host
  const existing = await client.headManifest(target, tag ?? descriptor.digest, { signal })
  const name = formatRepository(target)
  if (existing?.digest === descriptor.digest) return
  if (existing !== undefined) {
    host.log.info(`${name}:${tag} exists with digest ${existing.digest} and was not overwritten`)
    return
  }
  const tree = await readArtifact(descriptor, { client, source, signal, budget })
  // The line below names the artifact; the counts of its blobs are details.
  const quiet = { ...host, log: { ...host.log, info: host.log.debug } }
  const to = [registryStore(client, target)]
  const { errors } = await pushTree(tree, { from: registryReader(client, source), to, host: quiet })
  const [error] = errors
  if (error !== undefined) throw error
  const top = tree.documents.at(-1)
  if (tag !== undefined && top !== undefined) {
    await client.putManifest(target, tag, top.bytes, top.descriptor.mediaType, { signal })
  }
  host.log.info(`${name}: copied ${nameOf(referrer)}`)
}

type Reading = Pick<Copying, 'client' | 'source'> & { readonly signal: AbortSignal; readonly budget: { left: number } }

/** Reads the documents of an artifact: a manifest, or an index of manifests. */
async function readArtifact(root: Descriptor, { client, source, signal, budget }: Reading): Promise<ImageTree> {
  const documents = new Map<Digest, Document>()
  const blobs = new Map<Digest, Descriptor>()
  const spend = (bytes: number): void => {
    budget.left -= bytes
    if (budget.left < 0) {
      throw new ActionError(
        'content-mismatch',
        `the artifacts that refer to the image are larger than ${formatBytes(limits.referrerBytes)}`,
      )
    }
  }
  const visit = async ({ digest }: Descriptor, depth: number): Promise<void> => {
    if (documents.has(digest)) return
    const found = await client.getManifest(source, digest, { signal })
    if (found === undefined || depth > limits.indexDepth) {
      throw new ActionError('image-not-found', `${formatRepository(source)} does not have ${digest}`)
    }
    spend(found.bytes.length)
    const what = `Cannot read ${digest}`
    if (isIndexType(found.descriptor.mediaType)) {
      for (const child of parseIndex(found.bytes, what).manifests) await visit(child, depth + 1)
    } else {
      const { config, layers } = parseManifest(found.bytes, what)
      for (const blob of [config, ...layers]) {
        if (!blobs.has(blob.digest)) spend(blob.size)
        blobs.set(blob.digest, blob)
      }
    }
    documents.set(digest, found)
  }
  await visit(root, 0)
  return { root, blobs: [...blobs.values()], documents: [...documents.values()], images: [] }
}

/** Adds the artifacts to the fallback tag of the target, unless its registry lists them itself. */
async function listInTarget(
  subject: Digest,
  descriptors: readonly Descriptor[],
  { client, target, host: { signal } }: Copying,
): Promise<void> {
  if ((await client.getReferrers(target, subject, { signal })) !== undefined) return
  const before = await readFallback(client, target, { subject, signal })
  const known = new Set(before.map(({ digest }) => digest))
  const added = descriptors.filter(({ digest }) => !known.has(digest))
  if (added.length === 0) return
  const index = { schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [...before, ...added] }
  const bytes = Buffer.from(JSON.stringify(index))
  await client.putManifest(target, tagOf(subject), bytes, mediaType.ociIndex, { signal })
  await assertWritten(client, target, { tag: tagOf(subject), digest: digestOf(bytes), signal })
}

async function assertWritten(
  client: RegistryClient,
  target: Repository,
  { tag, digest, signal }: { readonly tag: string; readonly digest: Digest; readonly signal: AbortSignal },
): Promise<void> {
  const found = await client.headManifest(target, tag, { signal, justPushed: true })
  if (found?.digest === digest) return
  throw new ActionError('tag-moved', `${formatRepository(target)}:${tag} was changed by another run`)
}

/** Returns the tag of a digest in the fallback of the referrers API, which is also the beginning of cosign's tags. */
function tagOf(digest: Digest): string {
  return digest.replace(':', '-').slice(0, 110)
}

/** Names an artifact for the log. */
function nameOf({ descriptor, tag }: Referrer): string {
  const type = descriptor.artifactType ?? descriptor.mediaType
  return tag ?? `${type.slice(0, 100)} ${descriptor.digest}`
}
