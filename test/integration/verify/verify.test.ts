import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parseDockerfile } from '../../../src/dockerfile/read/parse.ts'
import type { Built } from '../../../src/engine/built.ts'
import type { Execution } from '../../../src/oci/config.ts'
import { digestOf } from '../../../src/oci/digest.ts'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { makeImage } from '../../../src/oci/make-image.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import type { Descriptor } from '../../../src/oci/types.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { Checked } from '../../../src/preflight/preflight.ts'
import { planPlatforms } from '../../../src/source/needed-stages.ts'
import { verifyImage } from '../../../src/verify/verify.ts'
import { builtOf, layoutFolder, tarOf } from '../../support/built-image.ts'
import { elf } from '../../support/elf.ts'
import { machO, pe } from '../../support/foreign-programs.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf, serverOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

type Given = {
  readonly verify?: string
  readonly maxSize?: string
  readonly dockerfile?: string
  readonly bases?: Checked['bases']
}

async function check(built: Built, { verify = 'error', maxSize = '', dockerfile, bases = [] }: Given = {}) {
  const host = createTestHost()
  const client = createTestClient()
  onTestFinished(() => {
    host.close()
    client.close()
  })
  const platforms = built.content?.tree.images.map(({ platform }) => platform) ?? []
  const docker = serverOf({ store: 'containerd' })
  const plan = makePlan(
    inputsOf({
      verify,
      'max-size': maxSize,
      platforms: platforms.map(({ os, architecture }) => `${os}/${architecture}`).join(),
    }),
    factsOf({ docker }),
  )
  const file = join(tempFolder({ Dockerfile: dockerfile ?? 'FROM scratch\n' }), 'Dockerfile')
  const buildPlatform = parsePlatform('amd64')
  const reading =
    dockerfile === undefined
      ? undefined
      : planPlatforms(parseDockerfile(dockerfile, file), plan.build, { buildPlatform, env: {} })
  const verified = await verifyImage(await runOf(plan, host, loginOf(client)), built, {
    reading,
    bases,
    emulations: [],
  })
  return { verified, host, file }
}

const start = (...Entrypoint: string[]): Execution => ({ Entrypoint })

describe('verifyImage()', () => {
  test('accepts images whose programs match their platforms, and counts them', async () => {
    const built = await builtOf([
      { platform: 'amd64', layers: [{ app: elf('amd64'), 'etc/x': 'text' }], execution: start('/app') },
      { platform: 'arm64', layers: [{ app: elf('arm64') }, { 'lib/a.so': elf('arm64') }], execution: start('/app') },
    ])
    const { verified } = await check(built)
    expect(verified).toMatchObject([
      { platform: 'linux/amd64', programs: 1, layers: { read: 1, all: 1 }, problems: [] },
      { platform: 'linux/arm64', programs: 2, layers: { read: 2, all: 2 }, problems: [] },
    ])
  })

  test('rejects a program of another platform, with file, layer, line, and the found and expected architecture', async () => {
    const dockerfile = 'FROM scratch\nLABEL a=b\nCOPY app /usr/bin/\nENTRYPOINT ["app"]\n'
    const layers = [{ 'usr/bin/app': elf('amd64') }]
    const built = await builtOf([
      { platform: 'arm64', layers, execution: start('app'), history: ['COPY app /usr/bin/ # buildkit'] },
    ])
    const failure = await check(built, { dockerfile }).catch((error: unknown) => error)
    const [layer] = built.content.tree.blobs.filter(isLayer)
    expect(failure).toMatchObject({ code: 'platform-mismatch', platform: 'linux/arm64', place: { line: 3 } })
    expect(String(failure)).toMatch(/\/usr\/bin\/app \(the entrypoint\) is ELF for amd64, expected arm64/)
    expect(String(failure)).toContain(layer?.digest)
    expect(String(failure)).toMatch(/Dockerfile:3: COPY app \/usr\/bin\//)
  })

  test.each([
    {
      name: 'the interpreter of a script',
      layer: { 'run.sh': '#!/bin/sh\n', 'bin/sh': elf('amd64') },
      execution: start('/run.sh'),
      told: '/bin/sh (the interpreter of /run.sh)',
    },
    {
      name: 'the loader of a program',
      layer: { app: elf('arm64', { loader: '/lib/ld.so' }), 'lib/ld.so': elf('amd64') },
      execution: start('/app'),
      told: '/lib/ld.so (the loader of /app)',
    },
    {
      name: 'the target of a link, although its path names another platform',
      layer: { 'bin/app': '-> /opt/amd64/app', 'opt/amd64/app': elf('amd64') },
      execution: { Cmd: ['app'], Env: ['PATH=/sbin:/bin'] },
      told: '/opt/amd64/app (the entrypoint)',
    },
    {
      name: 'the program that a wrapper starts',
      layer: { init: elf('arm64'), app: elf('amd64') },
      execution: start('/init', '--', '/app'),
      told: '/app (an argument of /init)',
    },
    {
      name: 'the program that the shell starts',
      layer: { 'bin/sh': elf('arm64'), 'srv/app': elf('amd64') },
      execution: { Cmd: ['/bin/sh', '-c', 'exec ./app --port 80'], WorkingDir: '/srv' },
      told: '/srv/app (an argument of /bin/sh)',
    },
    {
      name: 'a library that is not started',
      layer: { 'lib/x.so': elf('386') },
      execution: {},
      told: '/lib/x.so is ELF',
    },
  ])('rejects $name', async ({ layer, execution, told }) => {
    const built = await builtOf([{ platform: 'arm64', layers: [layer], execution }])
    await expect(check(built)).rejects.toMatchObject({
      code: 'platform-mismatch',
      message: expect.stringContaining(told),
    })
  })

  const peOf = { amd64: pe(0x8664, { wide: true }), arm64: pe(0xaa64, { wide: true }) }
  const machOf = { amd64: machO(0x01000007), arm64: machO(0x0100000c) }

  test.each([
    {
      name: 'PE',
      os: 'windows',
      path: 'Files/app/run.exe',
      files: peOf,
      execution: { Entrypoint: ['C:\\app\\run.exe'] },
    },
    { name: 'Mach-O', os: 'darwin', path: 'usr/bin/run', files: machOf, execution: { Entrypoint: ['/usr/bin/run'] } },
  ])(
    'rejects $name for another machine in an image for $os, and accepts its own',
    async ({ name, os, path, files, execution }) => {
      const imageOf = (file: Buffer) => builtOf([{ platform: `${os}/amd64`, layers: [{ [path]: file }], execution }])
      await expect(check(await imageOf(files.arm64))).rejects.toMatchObject({
        code: 'platform-mismatch',
        platform: `${os}/amd64`,
        message: expect.stringMatching(new RegExp(`/${path}.* is ${name} for arm64, expected amd64`)),
      })
      const { verified, host } = await check(await imageOf(files.amd64), { verify: 'full' })
      expect(verified).toMatchObject([{ programs: 1, problems: [] }])
      expect(host.log.lines.filter((line) => line.startsWith('warning'))).toEqual([])
    },
  )

  test('reports that the image lacks its entrypoint, if all layers were read', async () => {
    const layers = [{ app: elf('arm64', { loader: '/lib/ld-musl-aarch64.so.1' }) }]
    const { host } = await check(await builtOf([{ platform: 'arm64', layers, execution: start('/app') }]))
    expect(host.log.lines).toContain(
      'warning: The image for linux/arm64 starts /lib/ld-musl-aarch64.so.1 (the loader of /app), which does not exist in it',
    )
    expect(host.log.places).toEqual([undefined])
    const lines = [
      'FROM scratch\nCOPY app /\nCMD ["/x"]\nENTRYPOINT ["/app"]\nLABEL a=b\n',
      'FROM scratch\nCOPY app /\nCMD ["/app"]\n',
      'ARG A\nFROM scratch\n',
    ].map(async (dockerfile) => {
      const image = await builtOf([{ platform: 'arm64', layers, execution: start('/app') }])
      return (await check(image, { dockerfile })).host.log.places.map((place) => place?.line)
    })
    // ENTRYPOINT, else CMD, else FROM.
    expect(await Promise.all(lines)).toEqual([[4], [3], [2]])
  })

  test('checks the remaining files, not those that a later layer removed', async () => {
    const layers = [
      { 'opt/app': elf('amd64'), 'bin/x': elf('amd64') },
      { 'opt/.wh.app': '', 'bin/x': elf('arm64') },
    ]
    const { verified } = await check(await builtOf([{ platform: 'arm64', layers }]))
    expect(verified).toMatchObject([{ programs: 1, problems: [] }])
  })

  test('rejects a configuration of another platform', async () => {
    const built = await builtOf([{ platform: 'arm64', says: 'amd64', layers: [] }])
    await expect(check(built)).rejects.toMatchObject({
      message: expect.stringMatching(
        /Cannot use the image for linux\/arm64: its configuration .* declares linux\/amd64/,
      ),
    })
  })

  test('reports all platforms at once, and only some of many files', async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`bin/tool${at}`, elf('s390x')]))
    const built = await builtOf([
      { platform: 'arm64', layers: [many] },
      { platform: 'amd64', layers: [{ app: elf('arm64') }], execution: start('/app') },
    ])
    const failure = String(await check(built).catch((error: unknown) => error))
    expect(failure).toContain('Cannot use the image for linux/arm64: it contains 25 more binaries of other platforms')
    expect(failure).toContain('Cannot use the image for linux/amd64: /app (the entrypoint)')
  })

  test('only warns with verify: warn, and is silent with verify: off', async () => {
    const built = await builtOf([{ platform: 'arm64', layers: [{ app: elf('amd64') }] }])
    const { host, verified } = await check(built, { verify: 'warn' })
    expect(host.log.lines.filter((line) => line.startsWith('warning: '))).toHaveLength(1)
    expect(verified[0]?.problems).toHaveLength(1)
    await expect(check(built, { verify: 'off' })).resolves.toMatchObject({ verified: [] })
  })

  test('reads only layers of the build, and those of the base on request', async () => {
    const layout = layoutFolder()
    const base = { 'bin/odd': elf('amd64') }
    const built = await builtOf([{ platform: 'arm64', layers: [base, { app: elf('arm64') }] }], { layout })
    const [image] = built.content.tree.images
    if (image === undefined) throw new Error('There is no image')
    const bases = [baseOf(image.layers.slice(0, 1), layout)]
    const { verified } = await check(built, { bases })
    expect(verified).toMatchObject([{ layers: { read: 1, all: 2 }, problems: [] }])
    await expect(check(built, { bases, verify: 'full' })).rejects.toMatchObject({ code: 'platform-mismatch' })
  })

  test('recognizes a base layer that Docker compressed again by its content', async () => {
    const layout = layoutFolder()
    const layer = { 'bin/odd': elf('amd64') }
    const built = await builtOf([{ platform: 'arm64', layers: [layer] }], { layout })
    const again = await writeBlob(layout, gzipSync(await tarOf(layer), { level: 1 }), mediaType.ociLayerGzip)
    const { verified } = await check(built, { bases: [baseOf([again], layout, [digestOf(await tarOf(layer))])] })
    expect(verified).toMatchObject([{ layers: { read: 0, all: 1 } }])
  })

  test('rejects a layer that cannot be read', async () => {
    const layout = layoutFolder()
    const broken = await writeBlob(
      layout,
      Buffer.from('no archive at all, though long enough to be one'),
      mediaType.ociLayerGzip,
    )
    const config = await writeBlob(
      layout,
      Buffer.from(JSON.stringify({ os: 'linux', architecture: 'arm64', rootfs: { type: 'layers', diff_ids: [] } })),
      mediaType.ociConfig,
    )
    const tree = makeImage([{ platform: parsePlatform('arm64'), config, layers: [broken] }], {})
    const content = { tree, blobs: layoutStore(layout) }
    const failing = check({ content, metadata: {}, imageId: undefined, steps: [] })
    await expect(failing).rejects.toMatchObject({ code: 'archive-invalid' })
  })
})

function isLayer({ mediaType: type }: Descriptor): boolean {
  return type === mediaType.ociLayerGzip
}

function baseOf(
  layers: readonly Descriptor[],
  layout: string,
  inside: readonly string[] = [],
): Checked['bases'][number] {
  const config = layers[0] ?? { mediaType: '', digest: digestOf(Buffer.alloc(0)), size: 0 }
  const platform = parsePlatform('arm64')
  const bytes = Buffer.from(JSON.stringify({ ...platform, rootfs: { type: 'layers', diff_ids: inside } }))
  return {
    reference: 'base',
    platform,
    line: 1,
    image: {
      repository: { registry: 'a.example', repository: layout },
      descriptor: config,
      manifest: { schemaVersion: 2, config, layers },
      config: async () => bytes,
      blobs: layoutStore(layout),
    },
  }
}

describe('max-size', () => {
  const dockerfile = 'FROM scratch\nCOPY big /\nCOPY small /\n'
  const noise = randomBytes(30_000)
  const history = ['COPY big / # buildkit', 'COPY small / # buildkit']
  const build = () =>
    builtOf([
      { platform: 'amd64', layers: [{ big: noise }, { small: 'x' }], history },
      { platform: 'arm64', layers: [{ big: 'x' }, { small: 'x' }], history },
    ])

  test.each(['error', 'warn', 'off'])('rejects a larger image, with verify: %s', async (verify) => {
    const built = await build()
    const failure = await check(built, { verify, dockerfile, maxSize: '20k' }).catch((error: unknown) => error)
    const [layer] = built.content.tree.images[0]?.layers ?? []
    expect(failure).toMatchObject({ code: 'image-too-large', platform: 'linux/amd64' })
    expect(String(failure)).toMatch(
      /for linux\/amd64: it has 30\.\d kB compressed, \d+\.\d kB more than max-size \(20\.5 kB\)\. Its layers:\n30\.\d kB sha256/,
    )
    expect(String(failure)).toMatch(
      new RegExp(`${layer?.digest} from .*Dockerfile:2: COPY big /\\n.*Dockerfile:3: COPY small`),
    )
    expect(String(failure)).not.toContain('arm64')
  })

  test('accepts an image of that size', async () => {
    const built = await build()
    const [image] = built.content.tree.images
    const bytes = (image?.config.size ?? 0) + (image?.layers ?? []).reduce((sum, { size }) => sum + size, 0)
    await expect(check(built, { maxSize: String(bytes) })).resolves.toMatchObject({ verified: [{}, {}] })
    await expect(check(built, { maxSize: String(bytes - 1) })).rejects.toMatchObject({ code: 'image-too-large' })
  })

  test('names the base image that added a layer, and reports unmeasurable layers', async () => {
    const built = await build()
    const [image] = built.content.tree.images
    const manifest = { layers: image?.layers ?? [] }
    const bases = [
      { reference: 'docker.io/acme/base:1', platform: parsePlatform('amd64'), line: 1, image: { manifest } },
    ] as unknown as Checked['bases']
    await expect(check(built, { bases, maxSize: '20k' })).rejects.toThrow('from the base image docker.io/acme/base:1')
    const { host } = await check({ ...built, content: { ...built.content, forVerification: true } }, { maxSize: '1' })
    expect(host.log.lines.join('\n')).toContain('max-size is not checked')
  })
})
