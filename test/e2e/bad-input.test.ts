import { execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../src/oci/digest.ts'
import { tarHeader } from '../../src/tree/archive/tar-header.ts'
import { rootNode, type TreeNode } from '../../src/tree/tree.ts'
import { flatten } from '../support/flatten.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { missingPrograms } from '../support/skipped.ts'
import { createJob, type Job, runStepHere } from './support/action.ts'
import { pull } from './support/pull.ts'
import { type FileSpec, writeFilesTo } from './support/write-files.ts'

// The embedded engine with invalid or hostile input: a clear error, or the image without files from outside.

let registry: TestRegistry
const jobs: Job[] = []
beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(async () => {
  await registry.close()
  for (const job of jobs.splice(0)) job.remove()
})

function job(files: Readonly<Record<string, FileSpec>>): Job {
  const made = createJob({}, { DOCKER_HOST: 'unix:///nonexistent.sock' })
  writeFilesTo(made.workspace, files)
  jobs.push(made)
  return made
}

const run = (made: Job, inputs: Readonly<Record<string, string>> = {}) =>
  runStepHere(made, {
    ...{ engine: 'embedded', tags: `${registry.host}/bad/out:1`, push: 'true' },
    // Otherwise it starts git for the time of the commit.
    ...{ 'build-args': 'SOURCE_DATE_EPOCH=1', ...inputs },
  })

describe('a Dockerfile', () => {
  const copy = 'FROM scratch\nCOPY a /\n'
  it.each([
    { name: 'of 0 bytes', file: '', code: 'dockerfile-invalid', says: 'empty' },
    { name: 'that is a directory', file: { folder: 0o755 }, code: 'dockerfile-not-found', says: 'Dockerfile' },
    { name: 'that is a dangling link', file: { link: 'none' }, code: 'dockerfile-not-found', says: 'Dockerfile' },
    {
      name: 'that is binary',
      file: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 0, 0, 10, 0, 255, 254]),
      code: 'dockerfile-invalid',
      says: 'Dockerfile:1',
    },
    {
      name: 'in UTF-16',
      file: Buffer.from(`\ufeff${copy}`, 'utf16le'),
      code: 'dockerfile-invalid',
      says: 'Dockerfile:1',
    },
    { name: 'of 10 MB of one letter', file: 'x'.repeat(10_000_000), code: 'dockerfile-invalid', says: 'larger than' },
    {
      name: 'of 1 MB of invalid lines',
      file: `FROM scratch\n${'x y z\n'.repeat(170_000)}`,
      code: 'dockerfile-invalid',
      says: 'more',
    },
    {
      name: 'whose stages form a circle',
      file: 'FROM scratch AS a\nCOPY --from=b /x /\nFROM a AS b\nCOPY --from=a /x /\n',
      code: 'dockerfile-invalid',
      says: 'b',
    },
    {
      name: 'whose stage copies from itself',
      file: 'FROM scratch AS a\nCOPY --from=a /x /\n',
      code: 'dockerfile-invalid',
      says: 'itself',
    },
    {
      name: 'with a NUL in a source',
      file: 'FROM scratch\nCOPY ["a\\u0000b", "/"]\n',
      code: 'path-invalid',
      says: 'NUL',
    },
    {
      name: 'with a NUL in a destination',
      file: 'FROM scratch\nCOPY ["a", "/b\\u0000"]\n',
      code: 'path-invalid',
      says: 'NUL',
    },
    {
      name: 'with a name that is too long',
      file: `FROM scratch\nCOPY a /${'n'.repeat(256)}\n`,
      code: 'path-invalid',
      says: '255',
    },
    {
      name: 'with a path that is too long',
      file: `FROM scratch\nCOPY a /${'d/'.repeat(2100)}\n`,
      code: 'path-invalid',
      says: '4095',
    },
    {
      name: 'that copies to the name of a deletion',
      file: 'FROM scratch\nCOPY a /.wh.b\n',
      code: 'build-failed',
      says: 'deletion',
    },
  ])('$name is rejected', async ({ file, code, says }) => {
    const step = await run(job({ a: 'a', Dockerfile: file }))

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': code }, leftovers: [] })
    expect(step.status).not.toBe(0)
    expect(step.log).toContain(says)
    expect(registry.journal.filter(({ kind }) => kind === 'manifest-put')).toEqual([])
  })
})

describe('a context', () => {
  it.each([
    { name: 'that is a file', inputs: { context: 'Dockerfile' }, code: 'context-not-found', says: 'Dockerfile' },
    {
      name: 'whose file is a link out of it',
      files: { out: { link: '/etc/passwd' } },
      copy: 'out',
      code: 'build-failed',
      says: 'it does not exist',
    },
    {
      name: 'whose file is reached through a link out of it',
      files: { dir: { link: '../../..' } },
      copy: 'dir/etc/passwd',
      code: 'build-failed',
      says: 'it does not exist',
    },
    {
      name: 'whose file is reached through chained links',
      files: { one: { link: 'two/two' }, two: { link: '..' } },
      copy: 'one/../../etc/passwd',
      code: 'build-failed',
      says: 'it does not exist',
    },
    {
      name: 'whose links form a circle',
      files: { one: { link: 'two' }, two: { link: 'one' } },
      copy: 'one',
      code: 'path-invalid',
      says: 'form a loop',
    },
    {
      name: 'that is left through dots',
      copy: '../../../../../etc/hostname',
      code: 'build-failed',
      says: 'it does not exist',
    },
  ])('$name is rejected', async ({ inputs = {}, files = {}, copy = '.', code, says }) => {
    const step = await run(job({ ...files, Dockerfile: `FROM scratch\nCOPY ${copy} /x\n` }), inputs)

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': code }, leftovers: [] })
    expect(step.log).toContain(says)
    expect(registry.journal.filter(({ kind }) => kind === 'manifest-put')).toEqual([])
  })

  it('with a name that is not UTF-8 is rejected', async () => {
    const made = job({ Dockerfile: 'FROM scratch\nCOPY . /x\n' })
    writeFileSync(Buffer.concat([Buffer.from(`${made.workspace}/a`), Buffer.from([0xff])]), '')
    const step = await run(made)

    expect(step).toMatchObject({ outputs: { 'error-code': 'context-unreadable' } })
    expect(step.log).toContain('is not valid UTF-8')
  })

  it('with a file that this user cannot read is rejected', () => {
    const made = job({ Dockerfile: 'FROM scratch\n', secret: { data: 's', mode: 0 } })
    const root = join(made.workspace, '..')
    for (const folder of [root, made.workspace]) chmodSync(folder, 0o755)
    const module = new URL('../../src/tree/context.ts', import.meta.url).href
    const code = `import { contextTree } from ${JSON.stringify(module)}
for await (const _ of await contextTree(${JSON.stringify(made.workspace)}).open('secret')) throw new Error('it was read')`
    const isRoot = process.getuid?.() === 0
    const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      ...(isRoot ? { uid: 65_534 } : {}),
    })
    expect(stderr).toContain("code: 'context-unreadable'")
    expect(stderr).toContain('Cannot read secret in the build context')
  })
})

type Evil = {
  readonly path: string
  readonly node?: Partial<TreeNode>
  readonly linkTo?: string
  readonly data?: string
}

function layerOf(entries: readonly Evil[]): Buffer {
  const parts = entries.flatMap(({ path, node = {}, linkTo, data = '' }) => {
    const whole: TreeNode = { ...rootNode, type: 'file', mode: 0o644, size: data.length, ...node }
    const header = tarHeader({ path, node: whole, ...(linkTo === undefined ? {} : { linkTo }) }, 1_600_000_000)
    const padding = Buffer.alloc((512 - (data.length % 512)) % 512)
    return data === '' ? [header] : [header, Buffer.from(data), padding]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

async function upload(bytes: Uint8Array, digest = digestOf(bytes)): Promise<void> {
  const begun = await fetch(`${registry.url}/v2/bad/base/blobs/uploads/`, { method: 'POST' })
  const place = new URL(begun.headers.get('location') ?? '', registry.url)
  place.searchParams.set('digest', digest)
  const headers = { 'content-type': 'application/octet-stream' }
  expect((await fetch(place, { method: 'PUT', body: new Uint8Array(bytes), headers })).status).toBe(201)
}

/** Pushes an image with one layer, without any checks. */
async function pushBase(
  tar: Buffer,
  blob: Buffer = gzipSync(tar),
  says: object = { config: {}, history: [] },
): Promise<string> {
  const platform = { os: 'linux', architecture: 'amd64' }
  const rootfs = { type: 'layers', diff_ids: [digestOf(tar)] }
  const config = Buffer.from(JSON.stringify({ ...platform, rootfs, ...says }))
  for (const bytes of [config, blob]) await upload(bytes)
  const type = 'application/vnd.oci.image.manifest.v1+json'
  const describe = (mediaType: string, bytes: Buffer) => ({ mediaType, digest: digestOf(bytes), size: bytes.length })
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: describe('application/vnd.oci.image.config.v1+json', config),
    layers: [describe('application/vnd.oci.image.layer.v1.tar+gzip', blob)],
  }
  const put = await fetch(`${registry.url}/v2/bad/base/manifests/1`, {
    method: 'PUT',
    body: JSON.stringify(manifest),
    headers: { 'content-type': type },
  })
  expect(put.status).toBe(201)
  return `${registry.host}/bad/base:1`
}

describe('a base', () => {
  it.each([
    { name: 'manifest', on: 'manifest-get' as const, path: '/bad/base/' },
    { name: 'configuration or layer', on: 'blob-get' as const, path: '/bad/base/' },
  ])('whose $name does not match its digest is rejected', async ({ on, path }) => {
    const base = await pushBase(layerOf([{ path: 'a', data: 'a' }]))
    const digest = (await pull(`${registry.host}/bad/base`, '1')).digest
    registry.misbehave({ on, path, do: 'corrupt', times: 99 })
    const made = job({ a: 'a', Dockerfile: `FROM ${base.replace(/:1$/, '')}@${digest}\nCOPY a /\n` })
    const step = await run(made)

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': 'content-mismatch' }, leftovers: [] })
    expect(registry.journal.filter(({ kind }) => kind === 'manifest-put')).toHaveLength(1)
  })

  it.each([
    { name: 'only required members', says: {}, history: ['base image'] },
    { name: 'null for its history', says: { config: {}, history: null }, history: ['base image'] },
    {
      name: 'null for every empty member',
      says: { config: { Env: null, Labels: null, Volumes: null, OnBuild: null, Cmd: null }, history: [] },
      history: ['base image'],
    },
    {
      name: 'an incomplete history',
      says: { history: [{ created_by: 'LABEL a=b', empty_layer: true }] },
      history: ['LABEL a=b', 'base image'],
    },
    {
      name: 'null for an entry of its history',
      says: { history: [null, { created_by: 'append' }] },
      history: ['append'],
    },
    { name: 'no history', says: { config: {}, history: [{ created_by: 'append' }] }, history: ['append'] },
  ])('whose configuration has $name is accepted', async ({ says, history }) => {
    const tar = layerOf([{ path: 'a', data: 'a' }])
    const base = await pushBase(tar, gzipSync(tar), says)
    const step = await run(job({ b: 'b', Dockerfile: `FROM ${base}\nCOPY b /\nVOLUME /v\nLABEL c=d\n` }))

    expect(step, step.log).toMatchObject({ status: 0 })
    const [image] = (await pull(`${registry.host}/bad/out`, '1')).platforms
    expect(image?.config).toMatchObject({ config: { Labels: { c: 'd' }, Volumes: { '/v': {} } } })
    const lines = (image?.config['history'] ?? []) as readonly { readonly created_by: string }[]
    expect(lines.map(({ created_by }) => created_by)).toEqual([
      ...history,
      'COPY b / # buildkit',
      'VOLUME [/v]',
      'LABEL c=d',
    ])
    expect(image?.layerDigests).toHaveLength(2)
  })

  it.each([
    { name: 'ONBUILD that is not a list', says: { config: { OnBuild: 'COPY a /' } }, field: 'OnBuild' },
    { name: 'ONBUILD that is not text', says: { config: { OnBuild: [5] } }, field: 'OnBuild' },
    { name: 'an environment that is not a list', says: { config: { Env: 'A=1' } }, field: 'Env' },
    { name: 'a working directory that is a number', says: { config: { WorkingDir: 3 } }, field: 'WorkingDir' },
    { name: 'a command that is a single text', says: { config: { Cmd: 'x y' } }, field: 'Cmd' },
    { name: 'labels that are a list', says: { config: { Labels: ['a'] } }, field: 'Labels' },
    { name: 'a label that is a number', says: { config: { Labels: { a: 1 } } }, field: 'Labels' },
    { name: 'a text for all of it', says: { config: 'x' }, field: 'config' },
    { name: 'a text for its history', says: { history: 'x' }, field: 'history' },
  ])('whose configuration has $name is rejected', async ({ says, field }) => {
    const tar = layerOf([{ path: 'a', data: 'a' }])
    const base = await pushBase(tar, gzipSync(tar), says)
    const step = await run(job({ b: 'b', Dockerfile: `FROM ${base}\nCOPY b /\n` }))

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': 'content-mismatch' }, leftovers: [] })
    expect(step.log).toContain(`"${field}"`)
  })

  it('whose configuration has fewer layers than its manifest is rejected', async () => {
    const tar = layerOf([{ path: 'a', data: 'a' }])
    const base = await pushBase(tar, gzipSync(tar), { rootfs: { type: 'layers', diff_ids: [] } })
    const step = await run(job({ b: 'b', Dockerfile: `FROM ${base}\nCOPY b /\n` }))

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': 'content-mismatch' }, leftovers: [] })
    expect(step.log).toContain('it has 0 diff_ids, and the manifest 1 layers')
  })

  it.each([
    { name: 'in the archive', from: 0, packed: false },
    { name: 'after the end of the archive', from: 500_000, packed: false },
    { name: 'after the end of the compressed archive', from: 500_000, packed: true },
  ])('whose layer does not match its digest $name is rejected', async ({ from, packed }) => {
    const tar = layerOf([{ path: 'a', data: 'a' }])
    const blob = Buffer.concat([packed ? gzipSync(tar) : tar, Buffer.alloc(1_000_000)])
    const made = job({ b: 'b', Dockerfile: `FROM ${await pushBase(tar, blob)}\nCOPY b /\n` })
    expect(await run(made)).toMatchObject({ status: 0 })

    registry.misbehave({ on: 'blob-get', path: digestOf(blob), do: 'corrupt', from, times: 99 })
    const step = await run(made, { tags: `${registry.host}/bad/out:2` })
    expect(step, step.log).toMatchObject({ outputs: { 'error-code': 'content-mismatch' }, leftovers: [] })
    const tags = registry.journal.filter(({ kind, path }) => kind === 'manifest-put' && path.endsWith('/manifests/2'))
    expect(tags).toEqual([])
  })

  it('whose layer is truncated is rejected', async () => {
    const tar = layerOf([{ path: 'a', data: 'a'.repeat(2000) }])
    const base = await pushBase(tar, gzipSync(tar.subarray(0, 1000)))
    const step = await run(job({ b: 'b', Dockerfile: `FROM ${base}\nCOPY b /\n` }))

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': 'archive-invalid' }, leftovers: [] })
    expect(step.log).toContain('truncated')
  })

  it('whose layer contains paths out of the image stays inside', async () => {
    const outside = join(process.cwd(), '..', 'polyarch-evil')
    const base = await pushBase(
      layerOf([
        { path: '../../../polyarch-evil', data: 'up' },
        { path: '/absolute', data: 'root' },
        { path: 'leave', node: { type: 'symlink', target: '../../../../..' } },
        { path: 'leave/tmp/polyarch-evil', data: 'through a link' },
        { path: 'hard', linkTo: '../../../etc/passwd' },
      ]),
    )
    const lines = `FROM ${base} AS evil\nFROM scratch\nCOPY --from=evil /polyarch-evil /absolute /tmp/polyarch-evil /x/\n`
    const step = await run(job({ Dockerfile: lines }))

    expect(step, step.log).toMatchObject({ status: 0, leftovers: [] })
    expect([outside, '/tmp/polyarch-evil', '/polyarch-evil'].filter((path) => existsSync(path))).toEqual([])
    const [image] = (await pull(`${registry.host}/bad/out`, '1')).platforms
    expect(Object.keys(await flatten((await image?.layers()) ?? []))).toEqual(['x', 'x/absolute', 'x/polyarch-evil'])
  })
})

function sparse(format: string): Buffer {
  const script = `d=$(mktemp -d) && cd $d && truncate -s 1M f && tar --format=${format} -Scf - f && rm -r $d`
  return execFileSync('sh', ['-c', script])
}

/** 20 files with an attribute of 1 MB each, of which 16 MB are read. */
function bomb(): Buffer {
  const node = { xattrs: new Map([['user.a', Buffer.alloc(1_000_000)]]) }
  return gzipSync(layerOf(Array.from({ length: 20 }, (_, index) => ({ path: `f${index}`, node }))), { level: 1 })
}

describe('an archive of ADD', () => {
  const tar = layerOf([{ path: 'f', data: 'x'.repeat(3000) }])
  it.each([
    { name: 'that is truncated', archive: tar.subarray(0, 2000), code: 'archive-invalid' },
    { name: 'whose compression is truncated', archive: gzipSync(tar).subarray(0, -10), code: 'archive-invalid' },
    { name: 'with a path out of it', archive: layerOf([{ path: '../up', data: 'x' }]), code: 'archive-invalid' },
    {
      name: 'with a hard link out of it',
      archive: layerOf([{ path: 'hard', linkTo: '../../etc/passwd' }]),
      code: 'archive-invalid',
    },
    { name: 'with a sparse file', archive: sparse('gnu'), code: 'archive-unsupported' },
    { name: 'with a sparse file of PAX', archive: sparse('posix'), code: 'archive-unsupported' },
    { name: 'whose attributes are a bomb', archive: bomb, code: 'archive-invalid' },
    {
      name: 'with a hard link to nothing',
      archive: layerOf([{ path: 'hard', linkTo: 'none' }]),
      code: 'archive-invalid',
    },
    { name: 'whose attributes take 3 GB', archive: () => ofAttributes(3000, 1_000_000), code: 'archive-invalid' },
  ])('$name is rejected', async ({ archive, code }) => {
    const content = typeof archive === 'function' ? archive() : archive
    const step = await run(job({ 't.tar': content, Dockerfile: 'FROM scratch\nADD t.tar /x/\n' }))

    expect(step, step.log).toMatchObject({ outputs: { 'error-code': code }, leftovers: [] })
    expect(registry.journal.filter(({ kind }) => kind === 'manifest-put')).toEqual([])
  })
})

/** Entries that each have an attribute of this many bytes, in a few kilobytes. */
function ofAttributes(count: number, size: number): Buffer {
  const xattrs = new Map([['user.x', Buffer.alloc(size)]])
  const entry = gzipSync(tarHeader({ path: 'f', node: { ...rootNode, type: 'file', xattrs } }, 0))
  return Buffer.concat([...Array<Buffer>(count).fill(entry), gzipSync(Buffer.alloc(1024))])
}

describe.skipIf(process.getuid?.() !== 0 || missingPrograms('mount'))('a disk that is full', () => {
  it.each([
    {
      name: 'before an archive is unpacked',
      file: gzipSync(layerOf([{ path: 'f', data: 'x'.repeat(9_000_000) }])),
      says: 'Cannot unpack t: it unpacks to 9000512 bytes',
    },
    { name: 'while a layer is written', file: randomBytes(9_000_000), says: 'no space is left on its disk' },
  ])('$name is reported', async ({ file, says }) => {
    const made = job({ t: file, Dockerfile: 'FROM scratch\nADD t /x/\n' })
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', made.temp])
    try {
      const step = await run(made)

      expect(step, step.log).toMatchObject({ status: 75, outputs: { 'error-code': 'disk-full' }, leftovers: [] })
      expect(step.log).toContain(says)
    } finally {
      execFileSync('umount', [made.temp])
    }
  })
})

describe('a directory on a case-sensitive disk', () => {
  it('keeps names apart that differ only in case', async () => {
    const made = job({
      Dockerfile: 'FROM scratch\nCOPY c /c\n',
      'c/README': 'upper',
      'c/readme': 'lower',
      'c/Dir/x': '1',
      'c/dir/x': '2',
    })
    mkdirSync(join(made.workspace, 'c', 'DIR'))
    const step = await run(made)
    rmSync(join(made.workspace, 'c'), { recursive: true })

    expect(step).toMatchObject({ status: 0 })
    const [image] = (await pull(`${registry.host}/bad/out`, '1')).platforms
    const names = Object.keys(await flatten((await image?.layers()) ?? []))
    expect(names).toEqual(['c', 'c/DIR', 'c/Dir', 'c/Dir/x', 'c/README', 'c/dir', 'c/dir/x', 'c/readme'])
  })
})
