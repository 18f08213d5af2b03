import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Buildx } from '../../../src/engine/buildx/buildx.ts'
import { createKeepMounts } from '../../../src/engine/buildx/keep-mounts.ts'
import type { BuildxSpec } from '../../../src/engine/buildx/plan.ts'
import type { Facts } from '../../../src/facts/facts.ts'
import { systemClock } from '../../../src/host/clock.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { retryPolicy } from '../../../src/retry/backoff.ts'
import { createTestHost } from '../../support/host.ts'
import { builderOf, factsOf, inputsOf, nodeOf, serverOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

vi.mock(import('../../../src/bounds/limits.ts'), async (original) => {
  const { limits, ...rest } = await original()
  return { ...rest, limits: { ...limits, cacheMountTime: 2000 } }
})

/** The name of saved content that the pointer tells. */
const name = '01234567-89ab-cdef-0123-456789abcdef'

/** What a buildx does that finds and saves content, by target; a test replaces parts of it. */
const works = {
  du: 'exit 0',
  pointer: `[ -z "$dest" ] || echo ${name} > $dest/polyarch-pointer`,
  restored: 'say "polyarch-mount restored 0 2048"',
  saved: 'say "polyarch-mount saved 0 1024"',
  noted: ':',
}

const fails = (message: string) => `echo 'ERROR: failed to build: failed to solve: ${message}' >&2; exit 1`
const exits = (status: number) =>
  fails(`process "/bin/sh -c exit 77; exit 78; exit 79" did not complete successfully: exit code: ${status}`)

/** A buildx that does as told for each target and records its arguments. */
async function start(
  behavior: Partial<typeof works> = {},
  inputs: Parameters<typeof inputsOf>[0] = {},
  more: Partial<Facts> = {},
) {
  const dockerfile = 'FROM alpine\nRUN --mount=type=cache,target=/root/.npm npm ci\n'
  const root = tempFolder({ 'context/Dockerfile': dockerfile, 'temp/x': '' })
  const [program, calls] = [join(root, 'docker-buildx'), join(root, 'calls')]
  const cases = Object.entries({ ...works, ...behavior }).map(([target, commands]) => `${target}) ${commands} ;;`)
  writeProgram(
    program,
    `[ "$1" = inspect ] && echo 'Status: running' && exit 0
printf '%s\\n' "$*" >> ${calls}
dest=$(printf '%s\\n' "$@" | sed -n 's/^type=local,dest=//p')
target=$(printf '%s\\n' "$@" | sed -n '/^--target$/{n;s/^polyarch-//;p;}')
say() { echo '{"vertexes":[{"digest":"a","name":"x"}],"logs":[{"vertex":"a","data":"'$(echo "$1" | base64)'"}]}' >&2; }
[ "$1" = du ] && target=du
case "$target" in ${cases.join('\n')}
esac`,
  )
  const over = new AbortController()
  const host = createTestHost({
    env: { PATH: process.env['PATH'] ?? '' },
    tempDir: join(root, 'temp'),
    signal: over.signal,
    clock: systemClock,
  })
  onTestFinished(host.close)
  const given = { context: join(root, 'context'), images: 'ghcr.io/acme/app', tags: '1', cache: 'registry' }
  const facts = factsOf({ docker: serverOf({ store: 'containerd' }), buildx: { path: program }, ...more })
  const plan = makePlan(inputsOf({ ...given, 'cache-mounts': 'true', ...inputs }), facts)
  const run = await runOf(plan, host)
  const retries = { policy: retryPolicy(0), ownNetwork: false, answeredBefore: true }
  const spec = plan.engine.spec as BuildxSpec
  const { cacheMounts } = plan.build
  if (cacheMounts === undefined) throw new Error('Nothing is kept')
  const buildx = { run, spec, build: plan.build, builder: 'mine', name: 'n', env: {}, retries, nodes: { lines: [] } }
  const mounts = createKeepMounts(cacheMounts)
  const reading = await run.source.reading()
  return {
    restore: () => mounts.restore(buildx as unknown as Buildx, reading),
    save: async () => mounts.save(buildx as unknown as Buildx, reading)?.(),
    stop: () => over.abort(),
    log: host.log,
    /** The calls so far: their target, or their command. */
    targets: () =>
      (existsSync(calls) ? readFileSync(calls, 'utf8') : '')
        .split('\n')
        .slice(0, -1)
        .map((line) => / --target polyarch-(\S+)/.exec(line)?.[1] ?? line.split(' ')[0]),
    text: () => readFileSync(calls, 'utf8'),
  }
}

/** The target, the platform and the cache of each call. */
const callsOf = (text: string) =>
  text.split('\n').flatMap((line) => {
    const target = / --target polyarch-(\S+)/.exec(line)?.[1]
    const platform = / --platform (\S+)/.exec(line)?.[1]
    const cache = /ref=ghcr\.io\/acme\/app:(\S+?)(?:,| |$)/.exec(line)?.[1]
    return target === undefined ? [] : [[target, platform, cache].filter((part) => part !== undefined).join(' ')]
  })

describe('with several platforms', () => {
  test('one builder has one content, which its native image copies', async () => {
    const { restore, save, text } = await start({}, { platforms: 'arm64, amd64' })
    await restore()
    await save()
    const name = 'cache-linux-arm64-linux-amd64-main-mounts'
    expect(callsOf(text())).toEqual([
      `pointer linux/amd64 ${name}-pointer`,
      `restored linux/amd64 ${name}`,
      `saved linux/amd64 ${name}`,
      `pointer linux/amd64 ${name}-pointer`,
      'noted linux/amd64',
    ])
  })

  test('each node has its own content', async () => {
    const nodes = [nodeOf(), nodeOf({ name: 'two', endpoint: 'tcp://two:1', reported: ['linux/arm64'] })]
    const builder = builderOf({ name: 'mine', driver: 'remote', nodes, platforms: ['linux/amd64', 'linux/arm64'] })
    const { save, text } = await start({}, { platforms: 'amd64, arm64' }, { builder })
    await save()
    expect(callsOf(text())).toEqual(
      ['amd64', 'arm64'].flatMap((arch) => [
        `saved linux/${arch} cache-linux-${arch}-main-mounts`,
        `pointer linux/${arch} cache-linux-${arch}-main-mounts-pointer`,
        `noted linux/${arch}`,
      ]),
    )
  })

  test('platforms with their own settings have their own caches', async () => {
    const settings = 'linux/arm64: {target: other}'
    const { save, text } = await start({}, { platforms: 'amd64, arm64', 'per-platform': settings })
    await save()
    expect(callsOf(text())[0]).toBe('saved linux/amd64 cache-linux-amd64-main-mounts')
  })
})

describe('restore()', () => {
  test('reads the name of the content, and restores the content with that name, once', async () => {
    const { restore, targets, text, log } = await start()
    await restore()
    await restore()
    expect(targets()).toEqual(['du', 'pointer', 'restored'])
    expect(text()).toContain(`POLYARCH_CONTENT=${name}`)
    expect(text()).toContain('--cache-from type=registry,ref=ghcr.io/acme/app:cache-linux-amd64-main-mounts ')
    expect(log.lines.join('\n')).toMatch(/1 cache mount restored \(2\.1 MB\) in/)
  })

  test.each([
    {
      what: 'nothing was saved',
      behavior: { pointer: exits(78) },
      calls: ['du', 'pointer'],
      says: 'No saved cache mounts found',
    },
    {
      what: 'the name is damaged',
      behavior: { pointer: 'echo "a b" > $dest/polyarch-pointer' },
      calls: ['du', 'pointer'],
      says: 'No saved cache mounts found',
    },
    {
      what: 'only the name was saved',
      behavior: { restored: exits(78) },
      says: 'Cache mounts not restored: BuildKit did not find their content in the cache',
    },
    {
      what: 'the cache is damaged',
      behavior: { restored: fails('unexpected commit digest') },
      says: 'Cannot restore the cache mounts: Cannot build: .*unexpected commit digest.* The build starts without them',
    },
    {
      what: 'the registry is down',
      behavior: { pointer: fails('connection refused') },
      calls: ['du', 'pointer'],
      says: 'Cannot restore the cache mounts: .*connection refused',
    },
    {
      what: 'the image has no cp',
      behavior: { restored: exits(79) },
      says: 'docker.io/library/alpine:latest lacks one of these programs: sh, cat, cp',
    },
    {
      what: 'the image has no shell',
      behavior: {
        restored: fails(
          'process "/bin/sh -c x" did not complete: exec: "/bin/sh": stat /bin/sh: no such file or directory',
        ),
      },
      says: 'lacks one of these programs: sh',
    },
    {
      what: 'the store is slow',
      behavior: { restored: 'exec sleep 60' },
      says: 'Cannot restore the cache mounts: stopped after 2 s',
    },
    {
      what: 'the builder has them',
      behavior: { du: `echo 'Description: cached mount /x from exec npm with id "//root/.npm"'` },
      calls: ['du'],
      says: '^$',
    },
  ])('does not fail if $what', async ({ behavior, calls = ['du', 'pointer', 'restored'], says }) => {
    const { restore, targets, log } = await start(behavior)
    await restore()
    expect(targets()).toEqual(calls)
    expect(log.lines.join('\n')).toMatch(new RegExp(says))
  })

  test('says nothing after a cancellation, and does nothing with no-cache, which deletes mounts', async () => {
    const cancelled = await start({ restored: 'exec sleep 60' })
    const restored = cancelled.restore()
    await vi.waitFor(() => expect(cancelled.targets()).toContain('restored'), { timeout: 10_000 })
    cancelled.stop()
    await restored
    expect(cancelled.log.lines.join('\n')).not.toContain('Cannot restore')
    const without = await start({}, { 'no-cache': 'true' })
    await without.restore()
    expect(without.targets()).toEqual([])
  })
})

describe('save()', () => {
  test('writes the content, then its name, and executes only the step with the name again', async () => {
    const { save, targets, text, log } = await start(
      {},
      { 'build-args': 'A=b', labels: 'a=b', secrets: 's=secret-text' },
    )
    await save()
    expect(targets()).toEqual(['saved', 'pointer', 'noted'])
    const [saved = '', pointer = ''] = text().split('\n')
    expect(saved).toContain(
      '--cache-to compression=zstd,type=registry,ref=ghcr.io/acme/app:cache-linux-amd64-main-mounts,',
    )
    expect(pointer).toContain('--no-cache-filter polyarch-pointing --no-cache-filter polyarch-pointer')
    expect(text()).not.toMatch(/--no-cache |A=b|a=b|id=s,|--push/)
    expect(log.lines.join('\n')).toMatch(/1 cache mount saved \(1\.0 MB\) in/)
  })

  test.each([
    {
      what: 'nothing changed',
      behavior: { saved: exits(77) },
      calls: ['saved'],
      says: 'Cache mounts are unchanged since they were saved',
    },
    {
      what: 'the store is full',
      behavior: { saved: fails('error writing layer blob: 507 Insufficient Storage') },
      calls: ['saved'],
      says: 'Cannot write the cache mounts: .*507 Insufficient Storage.* The image is not affected',
    },
    {
      what: 'the name cannot be written',
      behavior: { pointer: fails('403 Forbidden') },
      calls: ['saved', 'pointer'],
      says: 'Cannot write the cache mounts: .*403 Forbidden',
    },
    {
      what: 'a mount is too large',
      behavior: { saved: 'say "polyarch-mount large 0 4194304"' },
      calls: ['saved', 'pointer', 'noted'],
      says: 'a mount of 4\\.3 GB does not fit into the limit of 2\\.1 GB',
    },
  ])('does not fail if $what', async ({ behavior, calls, says }) => {
    const { save, targets, log } = await start(behavior)
    await save()
    expect(targets()).toEqual(calls)
    expect(log.lines.join('\n')).toMatch(new RegExp(says))
  })
})
