import { describe, expect, onTestFinished, test } from 'vitest'
import { limits } from '../../../src/bounds/limits.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import type { Digest } from '../../../src/oci/types.ts'
import { copyReferrers } from '../../../src/publish/copy-referrers.ts'
import { createTestHost } from '../../support/host.ts'
import { randomImage } from '../../support/image.ts'
import { createRandom } from '../../support/random.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'

const { tree } = await randomImage(createRandom(41), ['amd64', 'arm64'])
const root = tree.root.digest
const arm = tree.images[1]?.manifest.digest ?? root
const tag = (digest: Digest, ending = '') => `${digest.replace(':', '-')}${ending}`

async function registryOf(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const registry = await startRegistry(options)
  onTestFinished(registry.close)
  return registry
}

/** Stores an artifact in the repository `app`, under a tag if one is given, and returns its digest. */
function store(
  { store: { blobs, manifests, tags } }: TestRegistry,
  { subject, type = 'application/vnd.example.sig', content = '{}', at }: Artifact,
): Digest {
  const bytes = Buffer.from(content)
  const blob = { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length }
  blobs.set('app', new Map([...(blobs.get('app') ?? []), [blob.digest, bytes]]))
  const manifest = Buffer.from(
    JSON.stringify({
      ...{ schemaVersion: 2, mediaType: mediaType.ociManifest, artifactType: type, config: blob, layers: [blob] },
      ...(subject ? { subject: { mediaType: mediaType.ociIndex, digest: subject, size: 1 } } : {}),
    }),
  )
  const digest = digestOf(manifest)
  manifests.set(
    'app',
    new Map([...(manifests.get('app') ?? []), [digest, { type: mediaType.ociManifest, bytes: manifest }]]),
  )
  if (at !== undefined) tags.set('app', new Map([...(tags.get('app') ?? []), [at, digest]]))
  return digest
}

type Artifact = {
  readonly subject?: Digest
  readonly type?: string
  readonly content?: string
  readonly at?: string
}

/** Adds an index of artifacts under the fallback tag of a subject. */
function storeFallback(
  { store: { manifests, tags } }: TestRegistry,
  subject: Digest,
  digests: readonly Digest[],
): void {
  const entries = digests.map((digest) => ({
    mediaType: mediaType.ociManifest,
    digest,
    size: manifests.get('app')?.get(digest)?.bytes.length ?? 0,
  }))
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: entries }))
  manifests.get('app')?.set(digestOf(bytes), { type: mediaType.ociIndex, bytes })
  tags.set('app', new Map([...(tags.get('app') ?? []), [tag(subject), digestOf(bytes)]]))
}

/** Copies the artifacts of the image from `app` to `live`, and returns the log. */
async function copy(from: TestRegistry, to: TestRegistry): Promise<string> {
  const [client, host] = [createTestClient(), createTestHost()]
  for (const { close } of [client, host]) onTestFinished(close)
  const source = { registry: from.host, repository: 'app' }
  await copyReferrers(tree, { client, host, source, target: { registry: to.host, repository: 'live' } })
  return host.log.lines.join('\n')
}

const digestsIn = ({ store: { manifests } }: TestRegistry) => [...(manifests.get('live')?.keys() ?? [])]
const tagsIn = ({ store: { tags } }: TestRegistry) => Object.fromEntries(tags.get('live') ?? [])

describe('copyReferrers()', () => {
  test.each([
    ['both registries list', { referrersPerPage: 1 }, { referrersPerPage: 5 }],
    ['only the source lists', { referrersPerPage: 2 }, {}],
    ['only the target lists', {}, { referrersPerPage: 5 }],
    ['neither registry lists', {}, {}],
  ])('copies the artifacts of the index, its platforms and other artifacts if %s them', async (_, one, two) => {
    const [from, to] = [await registryOf(one), await registryOf(two)]
    const [first, second] = [store(from, { subject: root }), store(from, { subject: root, content: '{"b":1}' })]
    const third = store(from, { subject: arm, content: '{"c":1}' })
    const nested = store(from, { subject: third, content: '{"d":1}' })
    store(from, { subject: digestOf(Buffer.from('another image')), content: '{"e":1}' })
    if (!('referrersPerPage' in one)) {
      storeFallback(from, root, [first, second])
      storeFallback(from, arm, [third])
      storeFallback(from, third, [nested])
    }
    const log = await copy(from, to)
    expect(digestsIn(to)).toEqual(expect.arrayContaining([first, second, third, nested]))
    expect(log).toContain(
      `live: copied application/vnd.oci.image.manifest.v1+json ${first}`.replace(
        /application\S+/,
        'referrersPerPage' in one ? 'application/vnd.example.sig' : '$&',
      ),
    )
    expect(log).not.toContain('warning')
    const fallback = tagsIn(to)[tag(root)]
    expect(fallback !== undefined).toBe(!('referrersPerPage' in two))
    if (fallback === undefined) return
    const { manifests } = JSON.parse(to.store.manifests.get('live')?.get(fallback)?.bytes.toString() ?? '{}')
    expect(manifests.map(({ digest }: { digest: Digest }) => digest)).toEqual([first, second])
    expect(Object.keys(tagsIn(to)).toSorted()).toEqual([tag(root), tag(arm), tag(third)].toSorted())
  })

  test('copies the tags of cosign, and overwrites none', async () => {
    const [from, to] = [await registryOf(), await registryOf()]
    const signature = store(from, { at: tag(root, '.sig') })
    const attestation = store(from, { at: tag(arm, '.att'), content: '{"att":1}' })
    to.store.tags.set('live', new Map([[tag(arm, '.att'), root]]))
    to.store.manifests.set(
      'live',
      new Map([[root, { type: mediaType.ociIndex, bytes: Buffer.from(tree.documents.at(-1)?.bytes ?? '') }]]),
    )
    const log = await copy(from, to)
    expect(tagsIn(to)).toEqual({ [tag(root, '.sig')]: signature, [tag(arm, '.att')]: root })
    expect(digestsIn(to)).not.toContain(attestation)
    expect(log).toContain(`live:${tag(arm, '.att')} exists with digest ${root} and was not overwritten`)
    const before = to.journal.length
    expect(await copy(from, to)).not.toContain('copied')
    expect(to.journal.slice(before).filter(({ kind }) => kind === 'manifest-put')).toEqual([])
  })

  test('keeps the entries of a fallback tag of the target', async () => {
    const [from, to] = [await registryOf({ referrersPerPage: 5 }), await registryOf()]
    const added = store(from, { subject: root })
    const kept = store(to, { subject: root, content: '{"kept":1}' })
    storeFallback(to, root, [kept])
    to.store.manifests.set('live', new Map(to.store.manifests.get('app')))
    to.store.tags.set('live', new Map(to.store.tags.get('app')))
    await copy(from, to)
    const index =
      to.store.manifests
        .get('live')
        ?.get(tagsIn(to)[tag(root)] ?? '')
        ?.bytes.toString() ?? '{}'
    expect(JSON.parse(index).manifests.map(({ digest }: { digest: Digest }) => digest)).toEqual([kept, added])
  })

  test('warns about an artifact that the target rejects, and copies the others', async () => {
    const from = await registryOf({ referrersPerPage: 5 })
    const refused = store(from, { subject: root })
    const copied = store(from, { subject: root, content: '{"b":1}' })
    const to = await registryOf({
      referrersPerPage: 5,
      quirk: {
        instead: ({ kind, url }) =>
          kind === 'manifest-put' && url.pathname.endsWith(refused)
            ? { status: 400, body: JSON.stringify({ errors: [{ code: 'MANIFEST_INVALID', message: 'no artifacts' }] }) }
            : undefined,
      },
    })
    const log = await copy(from, to)
    expect(digestsIn(to)).toEqual([copied])
    expect(log).toMatch(
      /warning: Some signatures or other artifacts of the image were not copied to 127\.0\.0\.1:\d+\/live\. application\/vnd\.example\.sig sha256:.*no artifacts/,
    )
  })

  test('lists only artifacts that were copied under the fallback tag', async () => {
    const from = await registryOf({ referrersPerPage: 5 })
    const refused = store(from, { subject: root })
    const copied = store(from, { subject: root, content: '{"b":1}' })
    const to = await registryOf({
      quirk: {
        instead: ({ kind, url }) =>
          kind === 'manifest-put' && url.pathname.endsWith(refused) ? { status: 400 } : undefined,
      },
    })
    expect(await copy(from, to)).toContain('were not copied')
    const index = to.store.manifests.get('live')?.get(tagsIn(to)[tag(root)] ?? '')
    const { manifests } = JSON.parse(index?.bytes.toString() ?? '{}')
    expect(manifests.map(({ digest }: { digest: Digest }) => digest)).toEqual([copied])
  })

  test('fetches a manifest once that an artifact lists many times', async () => {
    const [from, to] = [await registryOf({ referrersPerPage: 5 }), await registryOf({ referrersPerPage: 5 })]
    const child = store(from, {})
    const entry = { mediaType: mediaType.ociManifest, digest: child, size: 1 }
    const bytes = Buffer.from(
      JSON.stringify({
        ...{ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: Array.from({ length: 50 }, () => entry) },
        subject: { mediaType: mediaType.ociIndex, digest: root, size: 1 },
      }),
    )
    from.store.manifests.get('app')?.set(digestOf(bytes), { type: mediaType.ociIndex, bytes })
    await copy(from, to)
    expect(digestsIn(to)).toEqual(expect.arrayContaining([child, digestOf(bytes)]))
    const fetched = from.journal.filter(({ kind, path }) => kind === 'manifest-get' && path.endsWith(child))
    expect(fetched).toHaveLength(1)
  })

  test('warns if there are too many, or if the registry fails', async () => {
    const [many, to] = [await registryOf({ referrersPerPage: 1000 }), await registryOf()]
    for (let at = 0; at < limits.referrers; at++) store(many, { subject: root, content: `{"at":${at}}` })
    store(many, { subject: arm })
    expect(await copy(many, to)).toContain(`has more than ${limits.referrers} artifacts that refer to the image`)
    const failing = await registryOf({
      quirk: { instead: ({ kind }) => (kind === 'referrers' ? { status: 403 } : undefined) },
    })
    expect(await copy(failing, to)).toMatch(/warning: .*Cannot list them: .*403/)
    expect(digestsIn(to)).toEqual([])
  })

  test('copies none of too many artifacts of one digest', async () => {
    const [many, to] = [await registryOf({ referrersPerPage: 1000 }), await registryOf()]
    for (let at = 0; at <= limits.referrers; at++) store(many, { subject: root, content: `{"at":${at}}` })
    expect(await copy(many, to)).toContain(`has more than ${limits.referrers} artifacts that refer to the image`)
    expect(digestsIn(to)).toEqual([])
  })

  test('follows an absolute link to the next page, and warns if the page is missing', async () => {
    let isGone = false
    const from: TestRegistry = await registryOf({
      referrersPerPage: 1,
      quirk: {
        instead: ({ kind, url }) => (kind === 'referrers' && isGone && url.search !== '' ? { status: 404 } : undefined),
        change: (answer, { base }) => {
          const link = answer.headers?.['link']
          return typeof link === 'string'
            ? { ...answer, headers: { ...answer.headers, link: link.replace('</', `<${base}/`) } }
            : answer
        },
      },
    })
    const all = [store(from, { subject: root }), store(from, { subject: root, content: '{"b":1}' })]
    const [one, two] = [await registryOf({ referrersPerPage: 5 }), await registryOf({ referrersPerPage: 5 })]
    await copy(from, one)
    expect(digestsIn(one)).toEqual(expect.arrayContaining(all))
    isGone = true
    expect(await copy(from, two)).toMatch(/warning: .*Cannot list them: .*the list ends after 1 \(HTTP 404\)/)
    expect(digestsIn(two)).toEqual([])
  })

  test('treats a web page as a registry without the API', async () => {
    const page = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }
    const from = await registryOf({ quirk: { instead: ({ kind }) => (kind === 'referrers' ? page : undefined) } })
    const to = await registryOf({ referrersPerPage: 5 })
    const digest = store(from, { subject: root })
    storeFallback(from, root, [digest])
    await copy(from, to)
    expect(digestsIn(to)).toEqual([digest])
  })
})
