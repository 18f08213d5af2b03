import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { pack } from 'tar-stream'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { BuiltImage } from '../../../src/engine/built.ts'
import { builtOf, type GivenImage, layoutFolder } from '../../support/built-image.ts'
import { type CommandLineOptions, commandLine } from '../../support/command-line.ts'
import { type ElfMachine, elf } from '../../support/elf.ts'
import { foreignCommands, hostileLine } from '../../support/hostile.ts'
import { startRegistry, type TestRegistry, type TestRegistryOptions } from '../../support/registry.ts'
import { tempFolder } from '../../support/temp.ts'

async function registry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const started = await startRegistry(options)
  onTestFinished(started.close)
  return started
}

/** Puts an image into the registry as `acme/app:1`. */
async function publish({ store }: TestRegistry, { tree, blobs }: BuiltImage): Promise<void> {
  const kept = new Map<string, Buffer>()
  for (const blob of tree.blobs) {
    const pieces: Uint8Array[] = []
    for await (const piece of await blobs.open(blob)) pieces.push(piece)
    kept.set(blob.digest, Buffer.concat(pieces))
  }
  store.blobs.set('acme/app', kept)
  for (const { descriptor, bytes } of tree.documents) {
    store.putManifest('acme/app', descriptor.digest, descriptor.mediaType, Buffer.from(bytes))
  }
  const root = tree.documents.at(-1)
  if (root) store.putManifest('acme/app', '1', root.descriptor.mediaType, Buffer.from(root.bytes))
}

async function published(images: readonly GivenImage[], options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const started = await registry(options)
  await publish(started, (await builtOf(images)).content)
  return started
}

/** An image whose entrypoint is a program for a machine. */
function imageOf(platform: string, machine: ElfMachine): GivenImage {
  return { platform, layers: [{ 'etc/shared': 'same' }, { app: elf(machine) }], execution: { Entrypoint: ['/app'] } }
}

const right = [imageOf('amd64', 'amd64'), imageOf('arm64', 'arm64')]
const wrong = [imageOf('amd64', 'amd64'), imageOf('arm64', 'amd64')]

/** Runs `polyarch verify` with its own temporary and home directories, which must be empty at the end. */
async function verify(args: readonly string[], { env = {}, ...options }: CommandLineOptions = {}) {
  const [temp, home] = [tempFolder(), tempFolder()]
  const result = await commandLine(['verify', ...args], {
    ...options,
    env: { PATH: process.env['PATH'], RUNNER_TEMP: temp, HOME: home, ...env },
  })
  expect(readdirSync(temp)).toEqual([])
  return result
}

describe('polyarch verify', () => {
  it('accepts an image whose programs match their platforms, and reads a shared layer once', async () => {
    const { host, journal } = await published(right)
    const { status, out, err } = await verify([`${host}/acme/app:1`, '--platforms', 'amd64,arm64'])
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/^linux\/amd64 +OK +1 +2 +1\.0 kB +sha256:[0-9a-f]{64}$/m)
    expect(out).toMatch(/^linux\/arm64 +OK +1 +2 +1\.0 kB +sha256:[0-9a-f]{64}$/m)
    // Two configurations, the shared layer, and a layer of each platform.
    expect(journal.filter(({ kind }) => kind === 'blob-get')).toHaveLength(5)
    expect(journal.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([])
  })

  it('names the path and the expected and found architecture of a mismatch', async () => {
    const { host } = await published(wrong)
    const { status, out, err } = await verify([`${host}/acme/app:1`])
    expect(status).toBe(1)
    expect(out).toMatch(/^linux\/amd64 +OK /m)
    expect(out).toMatch(/^linux\/arm64 +1 mismatch /m)
    expect(out).toMatch(
      /^linux\/arm64: \/app \(the entrypoint\): expected arm64, found ELF for amd64 \(layer sha256:[0-9a-f]{64}\)$/m,
    )
    expect(err).toBe(
      `error: Verification of ${host}/acme/app:1 failed: linux/arm64: mismatches\nCompile for TARGETARCH, or copy the file of the platform, and publish the image again.\nplatform-mismatch: https://github.com/polyarch/build/blob/v1/docs/reference/errors.md#platform-mismatch\n`,
    )
  })

  it('prints a document with --json, and the error on standard error', async () => {
    const { host } = await published(wrong)
    const { status, out, err } = await verify([`${host}/acme/app:1`, '--json', '--platforms', 'arm64,riscv64'])
    expect(status).toBe(1)
    expect(JSON.parse(out)).toMatchObject({
      reference: `${host}/acme/app:1`,
      digest: expect.stringMatching(/^sha256:/),
      ok: false,
      platforms: [
        { platform: 'linux/amd64', ok: true, binaries: 1, layers: 2, mismatches: [], notes: [] },
        {
          platform: 'linux/arm64',
          ok: false,
          mismatches: [{ path: '/app', expected: 'arm64', found: ['amd64'], started: 'the entrypoint' }],
        },
      ],
      missing: ['linux/riscv64'],
      error: { code: 'platform-mismatch' },
    })
    expect(err).toContain('linux/arm64: mismatches; linux/riscv64: missing')
  })

  it('fails for a missing platform, even if all others match', async () => {
    const { host } = await published(right)
    const { status, out, err } = await verify([`${host}/acme/app:1`, '--platforms', 'amd64', '--platforms', 's390x'])
    expect(status).toBe(1)
    expect(out).toMatch(/^linux\/s390x +missing /m)
    expect(err).toContain('linux/s390x: missing\nBuild the image for every expected platform')
  })

  it('reports a configuration that declares another platform', async () => {
    const { host } = await published([
      { platform: 'arm64', says: 'amd64', layers: [{ a: 'b' }] },
      imageOf('amd64', 'amd64'),
    ])
    const { status, out } = await verify([`${host}/acme/app:1`])
    expect(status).toBe(1)
    expect(out).toMatch(/^linux\/arm64: the configuration sha256:[0-9a-f]{64} declares linux\/amd64$/m)
  })

  it('reports an entrypoint that does not exist, which is not a failure', async () => {
    const { host } = await published([{ platform: 'amd64', layers: [{ a: 'b' }], execution: { Entrypoint: ['/app'] } }])
    const { status, out } = await verify([`${host}/acme/app:1`])
    expect(status).toBe(0)
    expect(out).toContain('linux/amd64: note: the image starts /app (the entrypoint), which does not exist in it')
  })

  it('lists twenty mismatches of a platform and counts the others', async () => {
    const files = Object.fromEntries(Array.from({ length: 25 }, (_, at) => [`usr/bin/tool${at}`, elf('s390x')]))
    const { host } = await published([{ platform: 'amd64', layers: [files] }])
    const { out } = await verify([`${host}/acme/app:1`])
    expect(out.match(/found ELF for s390x/g)).toHaveLength(20)
    expect(out).toContain('linux/amd64: and 5 more binaries of another architecture')
  })

  it('exits with 66 for an image that does not exist', async () => {
    const { host } = await registry()
    const { status, out, err } = await verify([`${host}/acme/none:1`])
    expect({ status, out }).toEqual({ status: 66, out: '' })
    expect(err).toContain(`Cannot find ${host}/acme/none:1: the registry does not have it`)
  })

  it('uses the credentials of the Docker configuration, and exits with 1 without them', async () => {
    const auth = { kind: 'token', username: 'octocat', password: 'canary-password' } as const
    const { host } = await published(right, { auth })
    const denied = await verify([`${host}/acme/app:1`, '--json'])
    expect(denied.status).toBe(1)
    expect(JSON.parse(denied.out)).toMatchObject({
      reference: `${host}/acme/app:1`,
      ok: false,
      error: { code: expect.stringMatching(/^registry-(?:unauthorized|denied)$/) },
    })

    const config = { auths: { [host]: { auth: Buffer.from('octocat:canary-password').toString('base64') } } }
    const folder = tempFolder({ 'config.json': JSON.stringify(config) })
    const { status, out, err } = await verify([`${host}/acme/app:1`, '--debug'], { env: { DOCKER_CONFIG: folder } })
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).not.toContain('canary')
  })

  it('exits with 75 when the registry is down', async () => {
    const { host, misbehave } = await published(right)
    misbehave({ on: 'manifest-get', times: 9, do: 'answer', status: 503 })
    expect((await verify([`${host}/acme/app:1`, '--retries', '0'])).status).toBe(75)
  })

  it('reports a truncated layer as not read, and still checks the other platforms', async () => {
    const target = await published(right)
    const { content } = await builtOf(right)
    const [layer] = content.tree.images[1]?.layers.slice(1) ?? []
    const blobs = target.store.blobs.get('acme/app')
    const digest = layer?.digest ?? ''
    blobs?.set(digest, Buffer.from(blobs.get(digest)?.subarray(0, 30) ?? ''))
    const { status, out, err } = await verify([`${target.host}/acme/app:1`, '--retries', '0'])
    expect(status).toBe(75)
    expect(out).toMatch(/^linux\/amd64 +OK /m)
    expect(out).toMatch(/^linux\/arm64 +not read \(registry-unreachable\) /m)
    expect(err).toContain(digest)
  })

  it('reports a layer with other content as not read', async () => {
    const target = await published(right)
    const blobs = target.store.blobs.get('acme/app')
    const { content } = await builtOf(right)
    const digest = content.tree.images[0]?.layers[1]?.digest ?? ''
    const bytes = Buffer.from(blobs?.get(digest) ?? '')
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 12) ^ 1, bytes.length - 12)
    blobs?.set(digest, bytes)
    const { status, out } = await verify([`${target.host}/acme/app:1`, '--retries', '0', '--json'])
    expect(status).not.toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      platforms: [{ ok: false, error: { message: expect.stringContaining(digest) } }, { ok: true }],
    })
  })

  it('prints hostile names of an image as commands neither to the log nor to a terminal', async () => {
    const layers = [
      { [`bin/${hostileLine.replaceAll('/', '')}\u001b[2J`]: elf('s390x'), 'bin/a\n::error::pwned': elf('s390x') },
    ]
    const execution = { Entrypoint: [`/${hostileLine}`] }
    const { host } = await published([{ platform: 'amd64', layers, execution }])
    for (const flags of [[], ['--json']]) {
      const { status, out, err } = await verify([`${host}/acme/app:1`, ...flags])
      expect(status).toBe(1)
      expect(out).toContain('pwned')
      expect(foreignCommands(out)).toEqual([])
      expect(foreignCommands(err)).toEqual([])
      expect(out).not.toContain('\u001b')
    }
  })

  it('rejects an artifact without an image', async () => {
    const { host, store } = await registry()
    const config = {
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      digest: `sha256:${'a'.repeat(64)}`,
      size: 2,
    }
    const type = 'application/vnd.oci.image.manifest.v1+json'
    const manifest = { schemaVersion: 2, mediaType: type, config, layers: [] }
    store.blobs.set('acme/chart', new Map([[config.digest, Buffer.from('{}')]]))
    store.putManifest('acme/chart', '1', type, Buffer.from(JSON.stringify(manifest)))
    const { status, err } = await verify([`${host}/acme/chart:1`])
    expect(status).toBe(1)
    expect(err).toContain('it has no image for any platform')
  })

  it('stops when it is canceled, and leaves nothing behind', async () => {
    const { host, misbehave, journal } = await published(right)
    misbehave({ on: 'blob-get', times: 9, do: 'hang' })
    const cancel = new AbortController()
    const timer = setInterval(() => journal.some(({ kind }) => kind === 'blob-get') && cancel.abort(), 5)
    onTestFinished(() => clearInterval(timer))
    const { status, err } = await verify([`${host}/acme/app:1`], { signal: cancel.signal })
    expect(status).toBe(1)
    expect(err).toContain('\ncancelled: https://')
  })
})

describe('polyarch verify oci:', () => {
  /** The layout of images as a directory, and as an archive. */
  async function layouts(images: readonly GivenImage[]) {
    const layout = layoutFolder()
    const { content } = await builtOf(images, { layout })
    const { descriptor } = content.tree.documents.at(-1) ?? {}
    for (const {
      descriptor: { digest },
      bytes,
    } of content.tree.documents) {
      writeFileSync(join(layout, 'blobs', 'sha256', digest.slice(7)), bytes)
    }
    writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
    const annotations = { 'org.opencontainers.image.ref.name': 'v1' }
    writeFileSync(
      join(layout, 'index.json'),
      JSON.stringify({ schemaVersion: 2, manifests: [{ ...descriptor, annotations }] }),
    )
    const tar = pack()
    const archive = join(tempFolder(), 'image.tar')
    for (const name of readdirSync(layout, { recursive: true, encoding: 'utf8' })) {
      if (statSync(join(layout, name)).isFile()) tar.entry({ name: `./${name}` }, readFileSync(join(layout, name)))
    }
    tar.finalize()
    const bytes = await buffer(tar)
    writeFileSync(archive, bytes)
    writeFileSync(`${archive}.gz`, gzipSync(bytes))
    return { layout, archive, content }
  }

  it('reads a directory and an archive alike', async () => {
    const { layout, archive } = await layouts(wrong)
    for (const path of [layout, archive, `${archive}.gz`, `${layout}:v1`]) {
      const { status, out } = await verify([`oci:${path}`])
      expect(status).toBe(1)
      expect(out).toMatch(/^linux\/amd64 +OK +1 +2 /m)
      expect(out).toMatch(/^linux\/arm64 +1 mismatch +1 +2 /m)
    }
  })

  it('checks the digests of the content', async () => {
    const { layout, content } = await layouts(right)
    const digest = content.tree.images[0]?.layers[0]?.digest ?? ''
    writeFileSync(join(layout, 'blobs', 'sha256', digest.slice(7)), 'other')
    const { status, err } = await verify([`oci:${layout}`])
    expect(status).toBe(1)
    expect(err).toContain(digest.slice('sha256:'.length))
  })

  it.each([
    {
      what: 'a path that does not exist',
      path: () => '/nonexistent/image.tar',
      status: 66,
      found: 'it does not exist',
    },
    { what: 'a directory without a layout', path: () => tempFolder(), status: 1, found: 'it has no index.json' },
    {
      what: 'a file that is not an archive',
      path: () => join(tempFolder({ 'image.tar': 'x'.repeat(2000) }), 'image.tar'),
      status: 1,
      found: 'Cannot read the OCI layout',
    },
    {
      what: 'a layout without an image',
      path: () => tempFolder({ 'index.json': '{"schemaVersion":2,"manifests":[]}' }),
      status: 1,
      found: 'index.json lists no image',
    },
    {
      what: 'a damaged index.json',
      path: () => tempFolder({ 'index.json': '{"schemaVersion":2,' }),
      status: 1,
      found: 'index.json',
    },
  ])('rejects $what', async ({ path, status, found }) => {
    const result = await verify([`oci:${path()}`])
    expect(result.status).toBe(status)
    expect(result.err).toContain(found)
  })

  it('lists the images of a layout if the tag does not exist', async () => {
    const { layout } = await layouts(right)
    const { status, err } = await verify([`oci:${layout}:v2`])
    expect(status).toBe(66)
    expect(err).toContain('it has no image v2\nIt has v1.')
  })

  it.each(['index.json', 'layer'])('fails if the %s of a layout is a pipe', async (which) => {
    const { layout, content } = await layouts(right)
    const digest = content.tree.images[0]?.layers[0]?.digest ?? ''
    const path = join(layout, which === 'layer' ? `blobs/sha256/${digest.slice(7)}` : which)
    rmSync(path)
    execFileSync('mkfifo', [path])
    const { status, err } = await verify([`oci:${layout}`])
    expect(err).toContain('it is not a regular file')
    expect(err).not.toContain('bug in Polyarch')
    expect(status).toBe(1)
  })

  it.each([
    { given: './image', write: 'oci:./image' },
    { given: '/tmp/image', write: 'oci:/tmp/image' },
    { given: 'image.tar', write: 'oci:image.tar' },
    { given: 'out/image.tar.gz', write: 'oci:out/image.tar.gz' },
    { given: 'oci-archive:image.tar', write: 'oci:image.tar' },
    { given: 'oci-layout://out', write: 'oci:out' },
  ])('names the prefix for the path $given', async ({ given, write }) => {
    const { status, err } = await verify([given])
    expect(status).toBe(1)
    expect(err).toContain(`write ${write} for `)
  })

  it.each([
    { given: 'oci:', found: 'the path of the OCI layout is missing' },
    { given: '', found: 'the reference of an image is empty' },
  ])('names what is missing in "$given"', async ({ given, found }) => {
    const { status, err } = await verify([given])
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining(found) })
  })

  it('fails for a device in place of an archive', async () => {
    const { status, err } = await verify(['oci:/dev/zero'])
    expect(err).toContain('Cannot read the OCI layout /dev/zero: it is not a directory or a regular file')
    expect(status).toBe(1)
  })
})
