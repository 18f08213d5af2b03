import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { DockerServer } from '../../../src/docker/server.ts'
import { exportImage } from '../../../src/export/export.ts'
import { blobPath } from '../../../src/oci/layout.ts'
import { byDigest, firstOf, type ImageContent } from '../../../src/oci/store.ts'
import type { Digest } from '../../../src/oci/types.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { registryStore } from '../../../src/registry/registry-store.ts'
import { createTestHost } from '../../support/host.ts'
import { layeredImage } from '../../support/layered-image.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { startRegistry } from '../../support/registry.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const layers = [[{ path: 'app', text: 'hello' }], [{ path: 'more', text: 'more' }]]
const oneImage = () => layeredImage({ 'linux/amd64': layers })

type Given = Parameters<typeof inputsOf>[0] & {
  readonly docker?: DockerServer
  readonly env?: Record<string, string>
  readonly signal?: AbortSignal
}

/** Exports `content` as the step with the embedded engine does. */
async function exported(
  content: ImageContent,
  { docker, env = {}, signal = new AbortController().signal, ...given }: Given,
) {
  const host = createTestHost({ tempDir: tempFolder(), env, signal })
  const client = createTestClient()
  onTestFinished(host.close)
  onTestFinished(client.close)
  const silent = { kind: 'unreachable', reason: '', endpoint: serverOf().endpoint } as const
  const plan = makePlan(inputsOf({ engine: 'embedded', ...given }), factsOf({ docker: docker ?? silent }))
  const built = { content, metadata: {}, imageId: undefined, steps: [] }
  return { ...(await exportImage(await runOf(plan, host, loginOf(client)), built)), log: host.log.lines }
}

/** The entries of an archive with their content, read by a different library. */
async function entriesOf(archive: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const entries = new Map<string, Buffer>()
  const reader = extract()
  reader.end(archive)
  for await (const entry of reader) entries.set(entry.header.name, await buffer(entry))
  return entries
}

const jsonOf = (entries: ReadonlyMap<string, Buffer>, name: string) => JSON.parse(String(entries.get(name)))

describe('exportImage()', () => {
  test('writes an OCI archive with every name, and each blob under its digest', async () => {
    const content = await oneImage()
    const dest = join(tempFolder(), 'a/image.tar')
    await exported(content, { images: 'ghcr.io/acme/app', tags: '1, latest', outputs: `type=oci,dest=${dest}` })
    const entries = await entriesOf(readFileSync(dest))
    const names = [...content.tree.blobs, content.tree.root].map(({ digest }) => `blobs/${digest.replace(':', '/')}`)
    expect([...entries.keys()]).toEqual(['blobs/', 'blobs/sha256/', ...names.sort(), 'index.json', 'oci-layout'])
    for (const { digest } of content.tree.blobs) {
      expect(entries.get(`blobs/${digest.replace(':', '/')}`)).toEqual(readFileSync(blobPath(content.dir, digest)))
    }
    expect(
      jsonOf(entries, 'index.json').manifests.map(({ annotations }: { annotations: unknown }) => annotations),
    ).toEqual(
      ['1', 'latest'].map((tag) => ({
        'io.containerd.image.name': `ghcr.io/acme/app:${tag}`,
        'org.opencontainers.image.ref.name': tag,
      })),
    )
    expect(readdirSync(join(dest, '..'))).toEqual(['image.tar'])
  })

  test('writes annotations of the image to index.json', async () => {
    const dest = join(tempFolder(), 'image.tar')
    const annotations = 'manifest-descriptor:a=b\nindex-descriptor:c=d'
    await exported(await oneImage(), { annotations, outputs: `type=oci,dest=${dest}` })
    expect(jsonOf(await entriesOf(readFileSync(dest)), 'index.json').manifests).toMatchObject([
      { annotations: { a: 'b' } },
    ])
  })

  test("writes Docker's manifest.json, without names if none are set", async () => {
    const content = await oneImage()
    const dest = join(tempFolder(), 'image.tar')
    await exported(content, { outputs: `type=docker,dest=${dest}` })
    const [image] = content.tree.images
    const nameOf = ({ digest }: { readonly digest: Digest }) => `blobs/${digest.replace(':', '/')}`
    expect(jsonOf(await entriesOf(readFileSync(dest)), 'manifest.json')).toEqual([
      { Config: image && nameOf(image.config), RepoTags: null, Layers: image?.layers.map(nameOf) },
    ])
  })

  test('adds to an existing layout, and replaces images of the same name', async () => {
    const dest = join(tempFolder(), 'layout')
    const outputs = `type=oci,dest=${dest},tar=false`
    const other = await layeredImage({ 'linux/amd64': [[{ path: 'other', text: '' }]] })
    await exported(other, { images: 'a', tags: '1', outputs })
    await exported(other, { images: 'a', tags: '2', outputs })
    const content = await oneImage()
    await exported(content, { images: 'a', tags: '2', outputs })
    const { manifests } = JSON.parse(readFileSync(join(dest, 'index.json'), 'utf8'))
    expect(manifests).toMatchObject([{ digest: other.tree.root.digest }, { digest: content.tree.root.digest }])
    expect(existsSync(blobPath(dest, other.tree.root.digest))).toBe(true)
  })

  test('keeps the existing archive if a blob does not match its digest', async () => {
    const content = await oneImage()
    const [layer] = content.tree.images[0]?.layers ?? []
    const path = blobPath(content.dir, layer?.digest ?? 'sha256:')
    const bytes = readFileSync(path)
    bytes[20] = (bytes[20] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const root = tempFolder({ 'image.tar': 'old' })
    const failed = exported(content, { outputs: `type=oci,dest=${join(root, 'image.tar')}` })
    await expect(failed).rejects.toMatchObject({ code: 'content-mismatch' })
    expect(readdirSync(root)).toEqual(['image.tar'])
    expect(readFileSync(join(root, 'image.tar'), 'utf8')).toBe('old')
  })

  test('fetches layers that remain in their registry, and checks them', async () => {
    const content = await oneImage()
    const registry = await startRegistry()
    onTestFinished(registry.close)
    const [layer] = content.tree.images[0]?.layers ?? []
    if (layer === undefined) throw new Error('The image has no layer')
    const path = blobPath(content.dir, layer.digest)
    registry.store.blobs.set('base', new Map([[layer.digest, readFileSync(path)]]))
    const client = createTestClient()
    onTestFinished(client.close)
    const base = registryStore(client, { registry: registry.host, repository: 'base' })
    const left = { ...content, blobs: firstOf(byDigest(new Map([[layer.digest, base]])), content.blobs) }
    const root = tempFolder()
    const outputs = `${join(root, 'files')}\ntype=oci,dest=${join(root, 'image.tar')}`

    rmSync(path)
    registry.misbehave({ on: 'blob-get', do: 'corrupt' })
    await expect(exported(left, { outputs })).rejects.toMatchObject({ code: 'content-mismatch' })
    expect(readdirSync(root)).toEqual([])

    await exported(left, { outputs })
    expect(readFileSync(join(root, 'files/app'), 'utf8')).toBe('hello')
    expect((await entriesOf(readFileSync(join(root, 'image.tar')))).size).toBeGreaterThan(5)
    // Once for the failure, and once for both outputs.
    expect(registry.kinds().filter((kind) => kind === 'blob-get')).toHaveLength(2)
  })

  test('reports the omitted entries of a directory', async () => {
    const content = await layeredImage({ 'linux/amd64': [[{ path: 'pipe', type: 'fifo' }]] })
    const { log } = await exported(content, { outputs: join(tempFolder(), 'root') })
    expect(log.at(-1)).toMatch(/^warning: 1 devices and FIFOs of the image were not written to .* \(pipe\)/)
  })

  test('writes files that tar reads, also with long names', async () => {
    const dest = join(tempFolder(), 'root.tar')
    const text = 'x'.repeat(70_000)
    const name = `${'deep/'.repeat(30)}ünïcode`
    const folders = name
      .split('/')
      .slice(0, -1)
      .map((_, index, parts) => ({ path: parts.slice(0, index + 1).join('/') }))
    const content = await layeredImage({ 'linux/amd64': [[...folders, { path: name, text }]] })
    await exported(content, { outputs: `type=tar,dest=${dest}` })
    expect(execFileSync('tar', ['-xOf', dest, name], { encoding: 'utf8' })).toBe(text)
  })
})

/** A daemon that accepts an image, and answers with these lines. */
async function daemonOf(lines: string, status = 200) {
  const loads: { readonly url: string; readonly entries: ReadonlyMap<string, Buffer> }[] = []
  const server = createServer(async (request, response) => {
    loads.push({ url: request.url ?? '', entries: await entriesOf(await buffer(request)) })
    response.writeHead(status).end(lines)
  })
  const socket = join(tempFolder(), 'docker.sock')
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  onTestFinished(() => void server.close())
  return { loads, endpoint: { ...serverOf().endpoint, host: `unix://${socket}` } }
}

describe('exportImage() to a daemon', () => {
  test.each([
    { store: 'classic', has: 'manifest.json', id: (content: ImageContent) => content.tree.images[0]?.config.digest },
    { store: 'containerd', has: undefined, id: (content: ImageContent) => content.tree.root.digest },
  ] as const)(
    'sends the $store store its format, and recognizes the name in the answer',
    async ({ store, has, id }) => {
      const content = await oneImage()
      const { loads, endpoint } = await daemonOf('{"stream":"Loaded image: app:1\\n"}\n')
      const { imageId } = await exported(content, { images: 'app', tags: '1', docker: serverOf({ store, endpoint }) })
      expect(imageId).toBe(id(content))
      expect(loads.map(({ url, entries }) => [url, entries.has('manifest.json')])).toEqual([
        ['/v1.51/images/load?quiet=1', has !== undefined],
      ])
    },
  )

  test.each([
    {
      name: 'an error among its lines',
      lines: '{"stream":"a"}\n{"error":"no space left"}\n',
      status: 200,
      says: 'no space left',
    },
    { name: 'a status', lines: '{"message":"broken"}', status: 500, says: 'it answered 500: broken' },
  ])('fails with the message of the daemon: $name', async ({ lines, status, says }) => {
    const { endpoint } = await daemonOf(lines, status)
    await expect(exported(await oneImage(), { docker: serverOf({ endpoint }) })).rejects.toMatchObject({
      code: 'engine-failed',
      message: `Cannot load the image into Docker 28.5.2: ${says}`,
    })
  })

  test('fails with the error of the connection', async () => {
    const endpoint = { ...serverOf().endpoint, host: `unix://${join(tempFolder(), 'gone.sock')}` }
    const failed = exported(await oneImage(), { docker: serverOf({ endpoint }) })
    await expect(failed).rejects.toMatchObject({ code: 'engine-failed', message: expect.stringContaining('ENOENT') })
  })

  test('stops when the run is cancelled', async () => {
    const { endpoint } = await daemonOf('')
    const failed = exported(await oneImage(), { docker: serverOf({ endpoint }), signal: AbortSignal.abort() })
    await expect(failed).rejects.toMatchObject({ code: 'cancelled' })
  })
})
