import { expect, onTestFinished, test } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import type { Annotations } from '../../src/oci/types.ts'
import { tagExists } from '../../src/preflight/check-tag.ts'
import { findRevision } from '../../src/registry/pull/revision.ts'
import { startRegistry } from '../support/registry.ts'
import { createTestClient } from '../support/registry-client.ts'

const { signal } = new AbortController()

type Said = { readonly index?: Annotations; readonly manifest?: Annotations; readonly labels?: Annotations }

/** A registry with an image with these annotations, after an attestation in its index, and a reference to it. */
async function registryWith({ index, manifest, labels }: Said, { alone = false } = {}) {
  const registry = await startRegistry()
  const client = createTestClient()
  onTestFinished(registry.close)
  onTestFinished(client.close)
  const put = (value: unknown, type: string) => {
    const bytes = Buffer.from(JSON.stringify(value))
    registry.store.putManifest('app', digestOf(bytes), type, bytes)
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length }
  }
  const blob = (value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value))
    registry.store.blobs.set('app', new Map([...(registry.store.blobs.get('app') ?? []), [digestOf(bytes), bytes]]))
    return { mediaType: mediaType.ociConfig, digest: digestOf(bytes), size: bytes.length }
  }
  const imageOf = (config: unknown, annotations?: Annotations) =>
    put({ schemaVersion: 2, config: blob(config), layers: [], annotations }, mediaType.ociManifest)
  const platform = { os: 'linux', architecture: 'amd64' }
  const rootfs = { type: 'layers', diff_ids: [] }
  const other = { 'org.opencontainers.image.revision': 'of the attestation' }
  const attestation = {
    ...imageOf({ ...platform, rootfs }, other),
    platform: { os: 'unknown', architecture: 'unknown' },
  }
  const image = imageOf({ ...platform, rootfs, config: { Labels: labels } }, manifest)
  const root = alone
    ? image
    : put({ schemaVersion: 2, manifests: [attestation, image], annotations: index }, mediaType.ociIndex)
  const repository = { registry: registry.host, repository: 'app' }
  const tagged = { ...repository, tag: '1.0.0' }
  const exists = (env: Readonly<Record<string, string>>) =>
    tagExists(tagged, root.digest, { registry: client, host: { env, signal } })
  return { registry, exists, find: () => findRevision(client, repository, { digest: root.digest, signal }) }
}

const of = (revision: string): Annotations => ({ 'org.opencontainers.image.revision': revision })

test.each([
  { name: 'the annotation of an index', said: { index: of('a'), manifest: of('b'), labels: of('c') }, is: 'a' },
  { name: 'the annotation of the first manifest', said: { manifest: of('b'), labels: of('c') }, is: 'b' },
  { name: 'the label', said: { labels: of('c') }, is: 'c' },
  { name: 'nothing', said: {}, is: undefined },
])('findRevision() returns $name', async ({ said, is }) => {
  const { find } = await registryWith(said)
  expect(await find()).toBe(is)
})

test('findRevision() reads an image without an index', async () => {
  const { find } = await registryWith({ labels: of('c') }, { alone: true })
  expect(await find()).toBe('c')
})

test('findRevision() returns nothing if the image cannot be read', async () => {
  const { registry, find } = await registryWith({ labels: of('c') })
  registry.misbehave({ on: 'blob-get', do: 'answer', status: 403, times: Infinity })
  expect(await find()).toBeUndefined()
})

test.each([
  {
    name: 'of an earlier attempt',
    env: { GITHUB_SHA: 'abcdefabcdef', GITHUB_RUN_ATTEMPT: '2' },
    says: /commit of this run, abcdefa, most likely by an earlier attempt.*Delete the tag/,
  },
  {
    name: 'of another run for the commit',
    env: { GITHUB_SHA: 'abcdefabcdef' },
    says: /commit of this run, abcdefa\. Delete the tag/,
  },
  { name: 'of another commit', env: { GITHUB_SHA: '012345678901' }, says: /^Choose another tag/ },
  { name: 'without a known commit', env: {}, says: /^Choose another tag/ },
])('tagExists() explains what to do about a tag $name', async ({ env, says }) => {
  const { exists } = await registryWith({ labels: of('abcdefabcdef') })
  expect(await exists(env)).toMatchObject({ code: 'tag-exists', hint: expect.stringMatching(says) })
})
