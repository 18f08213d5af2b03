import { Readable } from 'node:stream'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Http } from '../../src/host/host.ts'
import { secret } from '../../src/inputs/secret.ts'
import { digestOf } from '../../src/oci/digest.ts'
import { mediaType } from '../../src/oci/media-type.ts'
import type { Repository } from '../../src/oci/reference.ts'
import type { Descriptor } from '../../src/oci/types.ts'
import type { PushBlobOptions } from '../../src/registry/client.ts'
import { retryPolicy } from '../../src/retry/backoff.ts'
import { randomImage } from '../support/image.ts'
import { createRandom, randomBytes } from '../support/random.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../support/registry.ts'
import { createTestClient, type TestClient } from '../support/registry-client.ts'

const cleanUps: (() => void | Promise<void>)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

type World = { readonly registry: TestRegistry; readonly client: TestClient; readonly target: Repository }

async function start(
  registryOptions: TestRegistryOptions = {},
  clientOptions: Parameters<typeof createTestClient>[0] = {},
): Promise<World> {
  const registry = await startRegistry(registryOptions)
  const client = createTestClient(clientOptions)
  cleanUps.push(registry.close, client.close)
  return { registry, client, target: { registry: registry.host, repository: 'acme/app' } }
}

const content = randomBytes(createRandom(1), 100_000)
const blob: Descriptor = { mediaType: mediaType.ociLayerGzip, digest: digestOf(content), size: content.length }

/** The content from an offset, in pieces of 10 000 bytes. */
function open(begin: number): Readable {
  const pieces = function* () {
    for (let at = begin; at < content.length; at += 10_000) yield content.subarray(at, at + 10_000)
  }
  return Readable.from(pieces(), { objectMode: false })
}

async function push({ client, target }: World, options?: PushBlobOptions) {
  return await client.pushBlob(target, blob, open, options)
}

async function read(stream: Readable): Promise<Buffer> {
  return Buffer.concat(await stream.toArray())
}

function stored({ registry }: World, repository = 'acme/app'): boolean {
  return registry.store.blobs.get(repository)?.get(blob.digest)?.equals(content) ?? false
}

const token = { kind: 'token', username: 'u', password: 'p' } as const
const user = { username: 'u', password: 'p' }

describe('createRegistryClient()', () => {
  it('pushes an image of three platforms and reads it back', async () => {
    const { client, target, registry } = await start()
    const { tree, content: bytes } = await randomImage(createRandom(5), ['amd64', 'arm64', 'arm/v7'])
    for (const part of tree.blobs) {
      const from = (begin: number) => Readable.from([bytes.get(part.digest)?.subarray(begin)])
      expect(await client.pushBlob(target, part, from)).toBe('pushed')
    }
    for (const { descriptor, bytes: document } of tree.documents) {
      expect(await client.putManifest(target, descriptor.digest, document, descriptor.mediaType)).toBe(
        descriptor.digest,
      )
    }
    const root = tree.documents.at(-1)?.bytes ?? Buffer.alloc(0)
    expect(await client.putManifest(target, 'v1', root, tree.root.mediaType)).toBe(tree.root.digest)

    expect(await client.headManifest(target, 'v1')).toEqual(tree.root)
    for (const { descriptor, bytes: document } of tree.documents) {
      const found = await client.getManifest(target, descriptor.digest)
      expect(found?.bytes).toEqual(document)
      expect(found?.descriptor.mediaType).toBe(descriptor.mediaType)
    }
    for (const part of tree.blobs)
      expect(bytes.get(part.digest)?.equals(await read(await client.getBlob(target, part)))).toBe(true)
    expect(registry.kinds().filter((kind) => kind === 'ping')).toHaveLength(1)
  })

  it('does not send an existing blob', async () => {
    const world = await start()
    await push(world)
    expect(await push(world)).toBe('exists')
    expect(world.registry.kinds()).toEqual(['ping', 'blob-head', 'upload-start', 'upload-put', 'blob-head'])
  })

  it('determines whether a blob and a manifest exist', async () => {
    const world = await start()
    expect(await world.client.hasBlob(world.target, blob.digest)).toBe(false)
    await push(world)
    expect(await world.client.hasBlob(world.target, blob.digest)).toBe(true)
    expect(await world.client.headManifest(world.target, 'v1')).toBeUndefined()
    expect(await world.client.getManifest(world.target, 'v1')).toBeUndefined()
  })

  it('checks for push access, and leaves nothing behind', async () => {
    const { client, target, registry } = await start()
    await client.probePush(target)
    expect(registry.kinds()).toEqual(['ping', 'upload-start', 'upload-cancel'])
    expect(registry.store.uploads.size).toBe(0)
  })

  it('pushes and reads an empty blob', async () => {
    const { client, target } = await start()
    const empty = { mediaType: mediaType.ociLayer, digest: digestOf(''), size: 0 }
    expect(await client.pushBlob(target, empty, () => Readable.from([]))).toBe('pushed')
    expect(await read(await client.getBlob(target, empty))).toHaveLength(0)
  })

  it('reports its progress', async () => {
    const world = await start()
    const seen: number[] = []
    await push(world, { onProgress: (bytes) => seen.push(bytes) })
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(blob.size)
  })

  it('stops immediately when it is cancelled', async () => {
    const abort = new AbortController()
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'hang' })
    const pushing = push(world, { signal: abort.signal })
    const stop = setInterval(() => world.registry.kinds().includes('upload-put') && abort.abort(), 5)
    await expect(pushing).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }))
    clearInterval(stop)
    expect(world.registry.kinds().at(-1)).toBe('upload-cancel')
    expect(world.registry.store.uploads.size).toBe(0)
  })

  it.each([
    {
      on: 'upload-start' as const,
      work: (world: World, signal: AbortSignal): Promise<unknown> => push(world, { signal }),
    },
    {
      on: 'mount' as const,
      work: (world: World, signal: AbortSignal): Promise<unknown> =>
        push(world, { signal, mountFrom: [{ ...world.target, repository: 'acme/other' }] }),
    },
    {
      on: 'upload-start' as const,
      work: (world: World, signal: AbortSignal): Promise<unknown> => world.client.probePush(world.target, { signal }),
    },
  ])('leaves no upload open when it is cancelled during `$on`', async ({ on, work }) => {
    const abort = new AbortController()
    const world = await start()
    world.registry.misbehave({ on, do: 'delay', milliseconds: 100 })
    const working = work(world, abort.signal).catch((error: unknown) => error)
    await vi.waitUntil(() => world.registry.kinds().includes(on), { interval: 5 })
    abort.abort()
    await working
    expect(world.registry.kinds()).toContain('upload-cancel')
    expect(world.registry.store.uploads.size).toBe(0)
  })

  it('does not wait long for a registry that never answers', async () => {
    const abort = new AbortController()
    const world = await start()
    world.registry.misbehave({ on: 'upload-start', do: 'hang' })
    const working = push(world, { signal: abort.signal })
    await vi.waitUntil(() => world.registry.kinds().includes('upload-start'), { interval: 5 })
    abort.abort()
    await expect(working).rejects.toMatchObject({ code: 'cancelled' })
  })
})

describe('pushBlob() in pieces', () => {
  it('sends a larger blob in pieces of chunkSize', async () => {
    const world = await start({}, { chunkSize: 40_000 })
    await push(world)
    expect(world.registry.kinds().slice(2)).toEqual([
      'upload-start',
      'upload-patch',
      'upload-patch',
      'upload-patch',
      'upload-put',
    ])
    const ranges = world.registry.journal
      .map(({ headers }) => headers['content-range'])
      .filter((range) => range !== undefined)
    expect(ranges).toEqual(['0-39999', '40000-79999', '80000-99999'])
    expect(stored(world)).toBe(true)
  })

  it("sends no pieces below the registry's minimum", async () => {
    const world = await start({ chunkMinLength: 60_000 }, { chunkSize: 40_000 })
    await push(world)
    expect(world.registry.kinds().filter((kind) => kind === 'upload-patch')).toHaveLength(2)
  })

  it('switches to pieces if a gateway rejects the size of the content', async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, 'x')
    const descriptor = { ...blob, digest: digestOf(large), size: large.length }
    const { client, target, registry } = await start()
    registry.misbehave({ on: 'upload-put', do: 'answer', status: 413, body: '<h1>Request Entity Too Large</h1>' })
    expect(await client.pushBlob(target, descriptor, (begin) => Readable.from([large.subarray(begin)]))).toBe('pushed')
    expect(registry.kinds().filter((kind) => kind === 'upload-patch')).toHaveLength(3)
  })

  it('switches to one PUT if the registry does not support PATCH', async () => {
    const world = await start({}, { chunkSize: 40_000 })
    world.registry.misbehave({ on: 'upload-patch', times: 9, do: 'answer', status: 405 })
    await push(world)
    expect(world.registry.journal.at(-1)).toMatchObject({ kind: 'upload-put', received: blob.size })
    expect(stored(world)).toBe(true)
  })

  it('continues with the interrupted piece', async () => {
    const world = await start({}, { chunkSize: 40_000 })
    world.registry.misbehave({ on: 'upload-patch', skip: 1, do: 'reset', after: 25_000 })
    await push(world)
    expect(world.registry.kinds().filter((kind) => kind === 'upload-start')).toHaveLength(1)
    expect(stored(world)).toBe(true)
  })
})

describe('pushBlob() with mountFrom', () => {
  const from = (world: World, repository = 'acme/base') => ({ registry: world.registry.host, repository })

  it('mounts the blob from another repository', async () => {
    const world = await start()
    world.registry.store.blobs.set('acme/base', new Map([[blob.digest, content]]))
    expect(await push(world, { mountFrom: [from(world)] })).toBe('mounted')
    expect(world.registry.kinds()).toEqual(['ping', 'blob-head', 'mount'])
  })

  it('uses the upload that the registry opens instead', async () => {
    const world = await start({ noMount: true })
    expect(await push(world, { mountFrom: [from(world)] })).toBe('pushed')
    expect(world.registry.kinds()).toEqual(['ping', 'blob-head', 'mount', 'upload-put'])
  })

  it('tries each repository and cancels unused uploads', async () => {
    const world = await start()
    world.registry.store.blobs.set('acme/second', new Map([[blob.digest, content]]))
    expect(await push(world, { mountFrom: [from(world), from(world, 'acme/second')] })).toBe('mounted')
    expect(world.registry.store.uploads.size).toBe(0)
  })

  it('skips other registries and the repository itself', async () => {
    const world = await start()
    expect(await push(world, { mountFrom: [{ registry: 'ghcr.io', repository: 'acme/base' }, world.target] })).toBe(
      'pushed',
    )
    expect(world.registry.kinds()).not.toContain('mount')
  })

  it('requests a token for both repositories', async () => {
    const world = await start({ auth: token }, user)
    world.registry.store.blobs.set('acme/base', new Map([[blob.digest, content]]))
    expect(await push(world, { mountFrom: [from(world)] })).toBe('mounted')
    expect(world.registry.journal.findLast(({ kind }) => kind === 'token')?.path).toContain(
      'scope=repository%3Aacme%2Fapp%3Apull%2Cpush&scope=repository%3Aacme%2Fbase%3Apull',
    )
  })

  it.each([
    ['the token server refuses both together', true],
    ['the token lacks the right to read the other', false],
  ])('uploads if %s, and does not try again to mount', async (_, strict) => {
    const permissions = (_: string | undefined, repository: string) =>
      repository === 'acme/app' ? (['pull', 'push'] as const) : []
    const world = await start({ auth: { ...token, strict, permissions } }, user)
    expect(await push(world, { mountFrom: [from(world)] })).toBe('pushed')
    const asked = world.registry.journal.filter(({ path }) => path.includes('acme%2Fbase')).length
    const small = Buffer.from('another')
    const other = { ...blob, digest: digestOf(small), size: small.length }
    await world.client.pushBlob(world.target, other, () => Readable.from([small]), { mountFrom: [from(world)] })
    expect(world.registry.journal.filter(({ path }) => path.includes('acme%2Fbase'))).toHaveLength(asked)
  })
})

describe('authorization', () => {
  it('sends Basic credentials on request', async () => {
    const world = await start({ auth: { ...token, kind: 'basic' } }, user)
    expect(await push(world)).toBe('pushed')
    expect(world.registry.journal.map(({ status }) => status)).toEqual([401, 404, 202, 201])
  })

  it('fetches one token for parallel requests', async () => {
    const world = await start({ auth: token }, user)
    await Promise.all([push(world), push(world), world.client.hasBlob(world.target, blob.digest)])
    const tokens = world.registry.journal.filter(({ kind }) => kind === 'token')
    expect(tokens.map(({ path }) => new URLSearchParams(path).get('scope'))).toEqual(['repository:acme/app:pull,push'])
  })

  it('requests narrower scopes if the wider ones of a pending token are rejected', async () => {
    const world = await start({ auth: { ...token, strict: true, permissions: () => ['pull'] } }, user)
    const pushing = push(world)
    const has = world.client.hasBlob(world.target, blob.digest)
    await expect(pushing).rejects.toMatchObject({ code: 'registry-denied' })
    expect(await has).toBe(false)
    const tokens = world.registry.journal.filter(({ kind }) => kind === 'token')
    const scopes = tokens.map(({ path }) => new URLSearchParams(path).get('scope'))
    expect(scopes.at(-1)).toBe('repository:acme/app:pull')
  })

  it('does not check with GET that a manifest is missing if HEAD has found one meanwhile', async () => {
    const world = await start({})
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [] }))
    const digest = await world.client.putManifest(world.target, digestOf(bytes), bytes, mediaType.ociIndex)
    const found = await Promise.all([
      world.client.hasManifest(world.target, { digest, size: bytes.length }),
      world.client.headManifest(world.target, 'missing'),
    ])
    expect(found).toEqual([true, undefined])
    expect(world.registry.kinds()).not.toContain('manifest-get')
  })

  it('waits for a HEAD in progress before it checks with GET that a manifest is missing', async () => {
    const world = await start({})
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaType.ociIndex, manifests: [] }))
    const digest = await world.client.putManifest(world.target, digestOf(bytes), bytes, mediaType.ociIndex)
    // As while content is pushed.
    await world.client.hasManifest(world.target, { digest: blob.digest, size: 1 })
    // Only the first, which finds the manifest, is answered late.
    world.registry.misbehave({ on: 'manifest-head', do: 'delay', milliseconds: 100, times: 1 })
    const found = await Promise.all([
      world.client.hasManifest(world.target, { digest, size: bytes.length }),
      world.client.headManifest(world.target, 'missing'),
    ])
    expect(found).toEqual([true, undefined])
    expect(world.registry.kinds()).not.toContain('manifest-get')
  })

  it.each(['ping', 'token'] as const)(
    'requests a token again with %s if only the request that fetched it was cancelled',
    async (on) => {
      const world = await start({ auth: token }, user)
      world.registry.misbehave({ on, do: 'hang' })
      const stop = new AbortController()
      const has = (signal: AbortSignal) => world.client.hasBlob(world.target, blob.digest, { signal })
      const first = has(stop.signal)
      const second = has(new AbortController().signal)
      const stopping = setInterval(() => world.registry.kinds().includes(on) && stop.abort(), 5)
      cleanUps.push(() => clearInterval(stopping))
      await expect(first).rejects.toMatchObject({ code: 'cancelled' })
      await expect(second).resolves.toBe(false)
      expect(world.registry.kinds().filter((kind) => kind === on)).toHaveLength(2)
    },
  )

  it('uses a token with wider scopes for narrower ones', async () => {
    const world = await start({ auth: token }, user)
    await push(world)
    await world.client.hasBlob(world.target, blob.digest)
    expect(world.registry.kinds().filter((kind) => kind === 'token')).toHaveLength(1)
  })

  it('fetches a new token if the old one has expired', async () => {
    const world = await start({ auth: { ...token, tokenLifetime: 60 } }, user)
    await push(world)
    world.client.clock.advance(49_000)
    await push(world)
    expect(world.registry.kinds().filter((kind) => kind === 'token')).toHaveLength(1)
    world.client.clock.advance(2000)
    await push(world)
    expect(world.registry.kinds().filter((kind) => kind === 'token')).toHaveLength(2)
  })

  it('fetches a new token if the registry forgets the old one during a push', async () => {
    const world = await start({ auth: token }, { ...user, chunkSize: 20_000 })
    let revoked = false
    await push(world, {
      onProgress: (bytes) => {
        if (bytes > 40_000 && !revoked) world.registry.revokeTokens()
        revoked = bytes > 40_000
      },
    })
    expect(stored(world)).toBe(true)
    expect(world.registry.kinds().filter((kind) => kind === 'token')).toHaveLength(2)
  })

  it.each([401, 403])('survives a stray %d', async (status) => {
    const world = await start({ auth: token }, user)
    world.registry.misbehave({ on: 'upload-put', do: 'answer', status })
    expect(await push(world)).toBe('pushed')
    expect(world.client.clock.slept).toEqual([])
  })

  it.each([401, 403])('survives a stray %d without tokens, after a wait', async (status) => {
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'answer', status })
    expect(await push(world)).toBe('pushed')
    expect(world.client.clock.slept).toHaveLength(1)
  })

  it('survives a stray 401 after another error', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'answer', status: 503 })
    world.registry.misbehave({ on: 'upload-put', do: 'answer', status: 401 })
    expect(await push(world)).toBe('pushed')
  })

  it('does not repeat a request that needs credentials without any', async () => {
    const world = await start({ auth: { ...token, kind: 'basic' } })
    await expect(push(world)).rejects.toThrow(expect.objectContaining({ code: 'registry-unauthorized' }))
    expect(world.client.clock.slept).toEqual([])
  })

  it.each([
    ['401', { do: 'answer', status: 401 }],
    ['an answer that was cut off', { do: 'truncate', after: 5 }],
    ['an outage', { do: 'reset', times: 4 }],
  ] as const)('survives %s of the token server', async (_, fault) => {
    const world = await start({ auth: token }, user)
    world.registry.misbehave({ on: 'token', ...fault })
    expect(await push(world)).toBe('pushed')
    expect(world.client.clock.slept.length).toBeGreaterThan(0)
  })

  it('retries a denial once with a new token', async () => {
    const world = await start({ auth: token }, user)
    const body = '{"errors":[{"code":"DENIED","message":"permission_denied: write_package"}]}'
    world.registry.misbehave({ on: 'upload-start', times: 9, do: 'answer', status: 403, body })
    await expect(push(world)).rejects.toThrow(
      expect.objectContaining({
        code: 'registry-denied',
        message: `Cannot push blob ${blob.digest} to ${world.registry.host}/acme/app: the registry answered 403 DENIED: permission_denied: write_package`,
      }),
    )
    expect(world.registry.kinds().filter((kind) => kind === 'upload-start')).toHaveLength(2)
  })

  it('reports denied, not unauthorized, if the token lacks the scope', async () => {
    const world = await start({ auth: { ...token, permissions: () => ['pull'] } }, user)
    await expect(world.client.probePush(world.target)).rejects.toThrow(
      expect.objectContaining({ code: 'registry-denied' }),
    )
  })

  it('reports missing credentials', async () => {
    const world = await start({ auth: token })
    await expect(world.client.probePush(world.target)).rejects.toThrow(
      expect.objectContaining({ code: 'registry-unauthorized', hint: expect.stringContaining('No credentials') }),
    )
  })

  it('reports that the token server rejects the credentials', async () => {
    const world = await start({ auth: token }, { username: 'u', password: 'wrong' })
    await expect(world.client.probePush(world.target)).rejects.toThrow(
      expect.objectContaining({
        code: 'registry-unauthorized',
        message: expect.stringContaining('the token server answered 401 UNAUTHORIZED: incorrect username or password'),
        hint: expect.stringContaining('are wrong or have expired'),
      }),
    )
  })

  it('reads anonymously if allowed', async () => {
    const world = await start({ auth: { ...token, permissions: () => ['pull'] } })
    expect(await world.client.hasBlob(world.target, blob.digest)).toBe(false)
  })

  it('gets tokens for an identity token with the OAuth 2 form', async () => {
    const world = await start(
      { auth: { ...token, identityToken: 'refresh' } },
      { credentialFor: async () => ({ kind: 'identity-token', token: secret('refresh') }) },
    )
    expect(await push(world)).toBe('pushed')
    expect(world.registry.journal.find(({ kind }) => kind === 'token')?.method).toBe('POST')
  })

  it('sends no credentials to a token server over plain HTTP for a registry with TLS', async () => {
    const { client, target } = await start({}, { ...user, http: realm('http://127.0.0.1:1/token') })
    await expect(client.probePush({ ...target, registry: 'registry.example.com' })).rejects.toThrow(
      expect.objectContaining({
        code: 'registry-refused',
        message: expect.stringContaining('names "http://127.0.0.1:1/token"'),
      }),
    )
  })

  /** A registry that only sends a challenge; any other request fails the test. */
  function realm(address: string) {
    return async ({ url }: { readonly url: string }) => {
      if (url !== 'https://registry.example.com/v2/') throw new Error(`asked for ${url}`)
      return { status: 401, headers: { 'www-authenticate': `Bearer realm="${address}"` }, body: Readable.from([]) }
    }
  }
})

describe('transient failures', () => {
  const faults = [
    ['500 at the ping', { on: 'ping', do: 'answer', status: 500 }],
    ['a reset at the ping', { on: 'ping', do: 'reset' }],
    ['503 from the token server', { on: 'token', do: 'answer', status: 503 }],
    ['a reset by the token server', { on: 'token', do: 'reset' }],
    [
      '502 with a page of HTML at HEAD',
      { on: 'blob-head', do: 'answer', status: 502, body: '<html>Bad gateway</html>' },
    ],
    ['429 when an upload starts', { on: 'upload-start', do: 'answer', status: 429 }],
    ['a reset when an upload starts', { on: 'upload-start', do: 'reset' }],
    ['a lost answer when an upload starts', { on: 'upload-start', do: 'lose-answer' }],
    ['500 at the end of an upload', { on: 'upload-put', do: 'answer', status: 500 }],
    ['a reset before the content', { on: 'upload-put', do: 'reset' }],
    ['a reset in the middle of the content', { on: 'upload-put', do: 'reset', after: 50_000 }],
    ['a lost answer at the end of an upload', { on: 'upload-put', do: 'lose-answer' }],
    [
      'an upload that the registry has forgotten',
      { on: 'upload-put', do: 'answer', status: 404, body: '{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}' },
    ],
    [
      'content that was damaged on its way',
      { on: 'upload-put', do: 'answer', status: 400, body: '{"errors":[{"code":"DIGEST_INVALID"}]}' },
    ],
  ] as const

  it.each(faults)('pushBlob() survives %s', async (_, fault) => {
    const world = await start({ auth: token }, user)
    world.registry.misbehave(fault)
    expect(await push(world)).toBe('pushed')
    expect(stored(world)).toBe(true)
    expect(world.client.clock.slept).toEqual([375])
    expect(world.client.log.lines.join()).toMatch(/transient, attempt 2 of 5 in 0\.4 s/)
  })

  it('pushBlob() continues an interrupted PUT', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'reset', after: 50_000 })
    await push(world)
    const sent = world.registry.journal.filter(({ kind }) => kind.startsWith('upload'))
    expect(sent.map(({ kind }) => kind)).toEqual([
      'upload-start',
      'upload-put',
      'upload-status',
      'upload-patch',
      'upload-put',
    ])
    expect(sent.map(({ received }) => received)).toEqual([0, 50_000, 0, 50_000, 0])
  })

  it('pushBlob() starts again if the registry cannot continue', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'reset', after: 50_000 })
    world.registry.misbehave({ on: 'upload-patch', do: 'answer', status: 405 })
    await push(world)
    expect(world.registry.kinds().filter((kind) => kind === 'upload-start')).toHaveLength(2)
    expect(stored(world)).toBe(true)
  })

  it('pushBlob() does not resend received bytes', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'lose-answer' })
    await push(world)
    expect(world.registry.kinds().filter((kind) => kind === 'upload-put')).toHaveLength(1)
  })

  it('pushBlob() survives four failures in a row, but not five', async () => {
    const four = await start()
    four.registry.misbehave({ on: 'upload-start', times: 4, do: 'answer', status: 503 })
    expect(await push(four)).toBe('pushed')
    const five = await start()
    five.registry.misbehave({ on: 'upload-start', times: 5, do: 'answer', status: 503, body: 'down' })
    await expect(push(five)).rejects.toThrow(
      expect.objectContaining({
        code: 'registry-unavailable',
        message: expect.stringContaining('the registry answered 503 down'),
      }),
    )
    expect(five.client.clock.slept).toEqual([375, 750, 1500, 3000])
  })

  it.each([
    ['seconds', { 'retry-after': '7' }],
    ['a date', { 'retry-after': 'Fri, 02 Jan 2026 03:04:12 GMT', date: 'Fri, 02 Jan 2026 03:04:05 GMT' }],
  ])('waits for the time of Retry-After, in %s', async (_, headers) => {
    const world = await start()
    world.registry.misbehave({ on: 'blob-head', do: 'answer', status: 429, headers })
    await push(world)
    expect(world.client.clock.slept).toEqual([7000])
  })

  it('gives up if Retry-After is an hour, and reports it', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'blob-head', do: 'answer', status: 429, headers: { 'retry-after': '3600' } })
    await expect(push(world)).rejects.toThrow('answered 429 (retry after 3600 s)')
    expect(world.client.clock.slept).toEqual([])
  })

  it.each([
    ['500', { on: 'manifest-put', do: 'answer', status: 500 }],
    ['a reset', { on: 'manifest-put', do: 'reset' }],
    ['a lost answer', { on: 'manifest-put', do: 'lose-answer' }],
    [
      'a blob that is not there yet',
      { on: 'manifest-put', do: 'answer', status: 400, body: '{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}' },
    ],
    ['a stray 404', { on: 'manifest-put', do: 'answer', status: 404 }],
  ] as const)('putManifest() survives %s', async (_, fault) => {
    const { client, target, registry } = await start()
    registry.misbehave(fault)
    const bytes = Buffer.from('{"schemaVersion":2,"manifests":[]}')
    expect(await client.putManifest(target, 'v1', bytes, mediaType.ociIndex)).toBe(digestOf(bytes))
    expect(client.clock.slept).toEqual([375])
  })

  it.each([
    ['getManifest', 'manifest-get'],
    ['headManifest', 'manifest-head'],
  ] as const)('%s() repeats the request for content that was just pushed, and only for that', async (name, on) => {
    const { client, target, registry } = await start()
    await client.putManifest(target, 'v1', Buffer.from('{"schemaVersion":2,"manifests":[]}'), mediaType.ociIndex)
    // HEAD is known to work from here on.
    await client.headManifest(target, 'v1')
    registry.misbehave({ on, times: 3, do: 'answer', status: 404 })
    expect(await client[name](target, 'v1')).toBeUndefined()
    expect(await client[name](target, 'v1', { justPushed: true })).toBeDefined()
    expect(await client[name](target, 'v2', { justPushed: true })).toBeUndefined()
  })

  it('getManifest() survives a truncated answer', async () => {
    const { client, target, registry } = await start()
    await client.putManifest(target, 'v1', Buffer.from('{"schemaVersion":2,"manifests":[]}'), mediaType.ociIndex)
    registry.misbehave({ on: 'manifest-get', do: 'cut', after: 10 })
    expect((await client.getManifest(target, 'v1'))?.bytes).toHaveLength(34)
  })

  it.each([
    ['a transfer that breaks off', [{ on: 'blob-get', do: 'cut', after: 30_000 }]],
    ['a transfer that ends early', [{ on: 'blob-get', do: 'truncate', after: 30_000 }]],
    ['a transfer that breaks off again', [{ on: 'blob-get', times: 3, do: 'cut', after: 20_000 }]],
    [
      'an unavailable registry after a break',
      [
        { on: 'blob-get', do: 'cut', after: 30_000 },
        { on: 'blob-get', do: 'answer', status: 503 },
      ],
    ],
  ] as const)('getBlob() survives %s', async (_, faults) => {
    const world = await start()
    await push(world)
    for (const fault of faults) world.registry.misbehave(fault)
    expect(content.equals(await read(await world.client.getBlob(world.target, blob)))).toBe(true)
  })

  it('getBlob() requests only the remaining bytes after an interruption', async () => {
    const world = await start()
    await push(world)
    world.registry.misbehave({ on: 'blob-get', do: 'cut', after: 30_000 })
    await read(await world.client.getBlob(world.target, blob))
    expect(world.registry.journal.at(-1)?.headers.range).toMatch(/^bytes=[1-9]\d*-$/)
  })
})

describe('permanent failures', () => {
  it.each([
    ['a full disk, first', 500, 'write /data: no space left on device'],
    ['a full disk, later', 500, { DriverName: 'filesystem', Enclosed: { Op: 'write', Path: '/startedat', Err: 28 } }],
    ['a quota', 403, 'the storage quota has been exceeded'],
    ['507', 507, ''],
  ])('reports that the registry is full: %s', async (_, status, detail) => {
    const world = await start()
    const body = JSON.stringify({ errors: [{ code: 'UNKNOWN', message: 'unknown error', detail }] })
    world.registry.misbehave({ on: 'upload-put', times: 9, do: 'answer', status, body })
    await expect(push(world)).rejects.toThrow(expect.objectContaining({ code: 'registry-full' }))
    expect(world.registry.store.uploads.size).toBeLessThanOrEqual(1)
  })

  it('leaves no upload open if another blob stops the push', async () => {
    const { client, target, registry } = await start()
    const stop = new AbortController()
    registry.misbehave({ on: 'upload-put', do: 'hang' })
    const pushing = client.pushBlob(target, blob, open, { signal: stop.signal })
    while (!registry.kinds().includes('upload-put')) await new Promise((resolve) => setTimeout(resolve, 5))
    stop.abort()
    await expect(pushing).rejects.toThrow(expect.objectContaining({ code: 'cancelled' }))
    expect(registry.store.uploads.size).toBe(0)
  })

  it("retries the cancellation of preflight's upload, and does not fail if it cannot", async () => {
    const { client, target, registry } = await start()
    registry.misbehave({ on: 'upload-cancel', do: 'answer', status: 503, times: 3 })
    expect(await client.probePush(target)).toBe(true)
    expect(registry.store.uploads.size).toBe(0)
    registry.misbehave({ on: 'upload-cancel', do: 'answer', status: 500, times: Number.POSITIVE_INFINITY })
    expect(await client.probePush(target)).toBe(true)
    expect(registry.kinds().filter((kind) => kind === 'upload-cancel')).toHaveLength(8)
  })

  it('treats an HTML page with 404 as an answer of a proxy, once', async () => {
    const world = await start()
    const body = '<html><h1>Not Found</h1></html>'
    world.registry.misbehave({ on: 'upload-start', do: 'answer', status: 404, body })
    expect(await push(world)).toBe('pushed')
  })

  it('does not retry rejections, and reports the reason', async () => {
    const { client, target, registry } = await start()
    const body = '{"errors":[{"code":"TAG_INVALID","message":"tag is immutable"}]}'
    registry.misbehave({ on: 'manifest-put', do: 'answer', status: 400, body })
    await expect(client.putManifest(target, 'v1', Buffer.from('{}'), mediaType.ociIndex)).rejects.toThrow(
      expect.objectContaining({
        code: 'tag-exists',
        message: expect.stringContaining('TAG_INVALID: tag is immutable'),
      }),
    )
    expect(client.clock.slept).toEqual([])
  })

  it('reports that a repository must exist if pushes do not create it', async () => {
    const world = await start()
    const body = '{"errors":[{"code":"NAME_UNKNOWN","message":"no such repository"}]}'
    world.registry.misbehave({ on: 'upload-start', do: 'answer', status: 404, body })
    await expect(push(world)).rejects.toThrow(
      expect.objectContaining({ code: 'registry-refused', hint: expect.stringContaining('Check that') }),
    )
  })

  it('reports that nothing listens', async () => {
    const { client, registry, target } = await start()
    await registry.close()
    await expect(client.ping(target)).rejects.toThrow(
      expect.objectContaining({ code: 'registry-unreachable', hint: expect.stringContaining('Nothing listens') }),
    )
    expect(client.clock.slept).toEqual([375, 750])
  })

  it('reports that a blob to read is missing', async () => {
    const { client, target } = await start()
    await expect(client.getBlob(target, blob)).rejects.toThrow(expect.objectContaining({ code: 'image-not-found' }))
  })
})

describe('wrong content', () => {
  const mismatch = expect.objectContaining({ code: 'content-mismatch' })

  it('pushBlob() rejects a blob that is damaged locally', async () => {
    const { client, target, registry } = await start()
    const damaged = () => Readable.from([Buffer.alloc(content.length)])
    await expect(client.pushBlob(target, blob, damaged)).rejects.toThrow(mismatch)
    expect(registry.store.blobs.size).toBe(0)
    expect(registry.store.uploads.size).toBe(0)
  })

  it('pushBlob() reports that the local content cannot be read', async () => {
    const { client, target } = await start()
    const broken = () =>
      new Readable({
        read: function (this: Readable) {
          this.destroy(Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT' }))
        },
      })
    await expect(client.pushBlob(target, blob, broken)).rejects.toThrow('it cannot be read on this machine: ENOENT')
    expect(client.clock.slept).toEqual([])
  })

  it('pushBlob() rejects an answer with another digest', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'upload-put', do: 'headers', headers: { 'docker-content-digest': digestOf('x') } })
    await expect(push(world)).rejects.toThrow(mismatch)
  })

  it('putManifest() rejects an answer with another digest, and accepts one without', async () => {
    const { client, target, registry } = await start()
    const put = async () => await client.putManifest(target, 'v1', Buffer.from('{"manifests":[]}'), mediaType.ociIndex)
    registry.misbehave({ on: 'manifest-put', do: 'headers', headers: { 'docker-content-digest': digestOf('x') } })
    registry.misbehave({ on: 'manifest-put', do: 'headers', headers: { 'docker-content-digest': '' } })
    await expect(put()).rejects.toThrow(mismatch)
    expect(await put()).toBe(digestOf('{"manifests":[]}'))
  })

  it.each(['v1', digestOf('{"manifests":[]}')])('getManifest() rejects changed bytes under %s', async (name) => {
    const { client, target, registry } = await start()
    await client.putManifest(target, 'v1', Buffer.from('{"manifests":[]}'), mediaType.ociIndex)
    registry.misbehave({ on: 'manifest-get', do: 'corrupt', times: 2 })
    await expect(client.getManifest(target, name)).rejects.toThrow(mismatch)
  })

  it('getManifest() fetches truncated content once more if allowed', async () => {
    const { client, target, registry } = await start()
    await client.putManifest(target, 'v1', Buffer.from('{"manifests":[]}'), mediaType.ociIndex)
    registry.misbehave({ on: 'manifest-get', do: 'truncate', after: 5, times: 2 })
    const impatient = createTestClient({ retryPolicy: retryPolicy(0) })
    cleanUps.push(impatient.close)
    await expect(impatient.getManifest(target, 'v1')).rejects.toThrow(mismatch)
    expect((await client.getManifest(target, 'v1'))?.bytes.toString()).toBe('{"manifests":[]}')
  })

  it('headManifest() reads the manifest if the answer lacks the digest', async () => {
    const { client, target, registry } = await start()
    await client.putManifest(target, 'v1', Buffer.from('{"manifests":[]}'), mediaType.ociIndex)
    registry.misbehave({ on: 'manifest-head', do: 'headers', headers: { 'docker-content-digest': '' } })
    expect((await client.headManifest(target, 'v1'))?.digest).toBe(digestOf('{"manifests":[]}'))
  })

  it('getBlob() fails at the end of changed bytes', async () => {
    const world = await start()
    await push(world)
    world.registry.misbehave({ on: 'blob-get', do: 'corrupt' })
    await expect(read(await world.client.getBlob(world.target, blob))).rejects.toThrow(mismatch)
  })
})

describe('the first request', () => {
  const target = (registry: string) => ({ registry, repository: 'library/alpine' })

  /** An Http that lists its requests, and returns the answers in turn. */
  function script(...answers: readonly (number | string)[]) {
    const asked: string[] = []
    const http: Http = async ({ url }) => {
      asked.push(url)
      const next = answers[asked.length - 1]
      if (typeof next !== 'number') throw Object.assign(new Error(next), { code: next })
      return { status: next, headers: {}, body: Readable.from([]) }
    }
    return { asked, http }
  }

  it('sends requests for Docker Hub to the host of its API', async () => {
    const { asked, http } = script(200)
    await createTestClient({ http }).ping(target('docker.io'))
    expect(asked).toEqual(['https://registry-1.docker.io/v2/'])
  })

  it.each(['localhost:5000', '127.0.0.1', '127.8.8.8:8080', '[::1]:5000', 'reg.localhost'])(
    'tries plain HTTP first at %s',
    async (host) => {
      const { asked, http } = script(200)
      await createTestClient({ http }).ping(target(host))
      expect(asked).toEqual([`http://${host}/v2/`])
    },
  )

  it.each(['ghcr.io', '128.0.0.1', 'localhost.evil.com', '127.0.0.1.evil.com', '12.7.0.1'])(
    'never uses plain HTTP for %s',
    async (host) => {
      const { asked, http } = script('ERR_SSL_WRONG_VERSION_NUMBER')
      await expect(createTestClient({ http }).ping(target(host))).rejects.toThrow(
        expect.objectContaining({ hint: expect.stringContaining('seems to use plain HTTP') }),
      )
      expect(asked).toEqual([`https://${host}/v2/`])
    },
  )

  it('uses plain HTTP if configured', async () => {
    const { asked, http } = script(401)
    await createTestClient({ http, plainHttp: (registry) => registry === 'reg:5000' }).ping(target('reg:5000'))
    expect(asked).toEqual(['http://reg:5000/v2/'])
  })

  it.each([
    ['hangs up', 'ECONNRESET'],
    ['says that it speaks TLS', 400],
  ])('switches to TLS if a local registry %s, and keeps using it', async (_, first) => {
    const { asked, http } = script(first, 200, 404)
    const client = createTestClient({ http })
    expect(await client.hasBlob(target('localhost:5000'), blob.digest)).toBe(false)
    expect(asked.slice(0, 2)).toEqual(['http://localhost:5000/v2/', 'https://localhost:5000/v2/'])
    expect(asked[2]).toMatch(/^https:/)
  })

  it('reports the certificate error, not that of the HTTP attempt before it', async () => {
    const { http } = script(400, 'DEPTH_ZERO_SELF_SIGNED_CERT')
    await expect(createTestClient({ http }).ping(target('localhost:5000'))).rejects.toThrow(
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    )
  })

  it('reports the error of HTTP, not that of the TLS attempt after it', async () => {
    const { http } = script(...Array(5).fill(['ECONNRESET', 'ERR_SSL_WRONG_VERSION_NUMBER']).flat())
    await expect(createTestClient({ http }).ping(target('localhost:5000'))).rejects.toThrow('ECONNRESET')
  })

  it('is repeated after a failure', async () => {
    const { asked, http } = script(400, 'CERT_HAS_EXPIRED', 200)
    const client = createTestClient({ http })
    await expect(client.ping(target('localhost:5000'))).rejects.toThrow('CERT_HAS_EXPIRED')
    await client.ping(target('localhost:5000'))
    expect(asked).toHaveLength(3)
  })
})

describe('redirects', () => {
  it('getBlob() follows one to another host without the credentials', async () => {
    const world = await start({ auth: token }, user)
    const storage = await startRegistry()
    cleanUps.push(storage.close)
    storage.store.blobs.set('s', new Map([[blob.digest, content]]))
    const location = `${storage.url}/v2/s/blobs/${blob.digest}?signature=1`
    world.registry.misbehave({ on: 'blob-get', times: 9, do: 'answer', status: 307, headers: { location } })
    storage.misbehave({ on: 'blob-get', do: 'cut', after: 30_000 })
    expect(content.equals(await read(await world.client.getBlob(world.target, blob)))).toBe(true)
    expect(storage.journal).toHaveLength(2)
    expect(storage.journal.filter(({ headers }) => headers.authorization !== undefined)).toEqual([])
  })

  it('getBlob() accepts no challenge from another host', async () => {
    const world = await start({ auth: token }, user)
    const thief = await startRegistry()
    cleanUps.push(thief.close)
    const location = `${thief.url}/v2/s/blobs/${blob.digest}`
    const challenge = { 'www-authenticate': `Bearer realm="${thief.url}/token",service="test"` }
    world.registry.misbehave({ on: 'blob-get', times: 9, do: 'answer', status: 307, headers: { location } })
    thief.misbehave({ on: 'blob-get', times: 9, do: 'answer', status: 401, headers: challenge })
    await expect(world.client.getBlob(world.target, blob)).rejects.toThrow('answered 401')
    expect(thief.kinds()).toEqual(['blob-get', 'blob-get'])
    expect(thief.journal.filter(({ headers }) => headers.authorization !== undefined)).toEqual([])
  })

  it('pushBlob() sends no credentials if an upload is redirected to another host', async () => {
    const world = await start({ auth: token }, user)
    const storage = await startRegistry()
    cleanUps.push(storage.close)
    const { headers = {} } = storage.store.startUpload('acme/app', new URLSearchParams())
    const location = `${storage.url}${headers['location']}`
    world.registry.misbehave({ on: 'upload-start', do: 'answer', status: 202, headers: { location } })
    expect(await push(world)).toBe('pushed')
    expect(storage.journal.map((entry) => [entry.kind, entry.headers.authorization])).toEqual([
      ['upload-put', undefined],
    ])
  })

  it('stops at a circle', async () => {
    const world = await start()
    world.registry.misbehave({ on: 'blob-get', times: 99, do: 'answer', status: 302, headers: { location: '?again' } })
    await expect(world.client.getBlob(world.target, blob)).rejects.toThrow('the registry redirects more than 10 times')
  })
})
