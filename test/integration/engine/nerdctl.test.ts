import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Built } from '../../../src/engine/built.ts'
import { prepare } from '../../../src/engine/nerdctl/engine.ts'
import type { InputName } from '../../../src/inputs/schema.ts'
import { writeBlob } from '../../../src/oci/layout.ts'
import { makeImage } from '../../../src/oci/make-image.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import type { CheckedSource } from '../../../src/source/bases.ts'
import { createTestHost } from '../../support/host.ts'
import { writeDocuments } from '../../support/layout.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder, writeProgram } from '../../support/temp.ts'

/** Builds as the stages do. */
const build: (...given: [...Parameters<typeof prepare>, CheckedSource]) => Promise<Built> = async (
  nerdctl,
  run,
  source,
) => (await prepare(nerdctl, run))(run, source)

// What nerdctl 2.2.1 with buildctl 0.32 prints, from a script in its place; test/e2e/every-engine.test.ts runs the real one.

const checked = { reading: undefined, bases: [] }

/** A run with a nerdctl of this script. `$root/calls` has its arguments, `$root/built` a built image. */
async function machine(script: string, given: Partial<Record<InputName, string>>) {
  const root = tempFolder({ 'context/': '', 'context/Dockerfile': 'FROM scratch\nRUN false\n', calls: '' })
  const path = join(root, 'nerdctl')
  writeProgram(path, `root='${root}'\necho "$*" >> "$root/calls"\n${script}`)
  const parts = await Promise.all(
    ['amd64', 'arm64'].map(async (architecture) => {
      const config = { os: 'linux', architecture, rootfs: { type: 'layers', diff_ids: [] } }
      const bytes = Buffer.from(JSON.stringify(config))
      return {
        platform: parsePlatform(architecture),
        config: await writeBlob(join(root, 'built'), bytes, mediaType.ociConfig),
        layers: [],
      }
    }),
  )
  await writeDocuments(join(root, 'built'), makeImage(parts, {}))
  const host = createTestHost({ env: { PATH: '/usr/bin:/bin' }, tempDir: root })
  onTestFinished(host.close)
  const nerdctl = {
    kind: 'nerdctl',
    path,
    version: '2.2.1',
    buildkit: 'unix:///b.sock',
    native: 'linux/amd64',
  } as const
  const inputs = inputsOf({ engine: 'nerdctl', context: join(root, 'context'), 'default-labels': 'false', ...given })
  const run = await runOf(makePlan(inputs, factsOf({ nerdctl })), host)
  const calls = () => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n')
  return { run, nerdctl, calls }
}

/** Copies the image to the directory of `--output`. */
const copyBuilt = 'dir=$(echo "$*" | sed "s/.*dest=//; s/[ ,].*//"); cp -r "$root/built/." "$dir"'

test('builds all platforms with one call, and adds the annotations', async () => {
  const { run, nerdctl, calls } = await machine(copyBuilt, {
    ...{ platforms: 'amd64, arm64', push: 'false', annotations: 'index:level=index\nall=yes' },
    ...{ tags: 'a.example/x:1', load: 'true', secrets: 'key=hidden value' },
  })
  const { content, load } = await build(nerdctl, run, checked)
  const documents = content?.tree.documents.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString('utf8')))
  expect(documents?.map(({ annotations }) => annotations)).toEqual([{ all: 'yes' }, { all: 'yes' }, { level: 'index' }])
  expect(await load?.()).toBe(content?.tree.root.digest)
  expect(calls()).toHaveLength(2)
  expect(calls()[0]).toMatch(
    /^build --buildkit-host unix:\/\/\/b.sock --progress rawjson --platform linux\/amd64,linux\/arm64 /,
  )
  expect(calls()[1]).toMatch(/^load --quiet --all-platforms --input /)
  expect(calls().join('\n')).not.toContain('hidden value')
})

test('names the line of a failed RUN, and a daemon that does not respond', async () => {
  const failing = await machine(
    `printf '%s\\n' 'Dockerfile:2' '--------------------' '   2 | >>> RUN false' '--------------------' >&2
    echo 'error: failed to solve: process "/bin/sh -c false" did not complete successfully: exit code: 1' >&2; exit 1`,
    { platforms: 'amd64', file: 'Dockerfile' },
  )
  await expect(build(failing.nerdctl, failing.run, checked)).rejects.toMatchObject({
    code: 'build-failed',
    message: expect.stringContaining('exit code: 1'),
    place: { line: 2 },
  })
  expect(failing.calls()).toHaveLength(1)
  const stopped = await machine(
    `echo 'time="2026-11-29T12:26:20Z" level=fatal msg="cannot access containerd socket \\"/c.sock\\": no such file or directory"' >&2; exit 1`,
    { platforms: 'amd64', retries: '0' },
  )
  await expect(build(stopped.nerdctl, stopped.run, checked)).rejects.toMatchObject({
    code: 'daemon-unreachable',
    message: expect.stringContaining('cannot access containerd socket "/c.sock"'),
  })
})

test('builds with a buildctl that has no rawjson', async () => {
  const { run, nerdctl, calls } = await machine(
    `case "$*" in *rawjson*) echo 'error: invalid progress mode rawjson' >&2; exit 1 ;; *) ${copyBuilt} ;; esac`,
    { platforms: 'amd64, arm64' },
  )
  const { content } = await build(nerdctl, run, checked)
  expect(content?.tree.images).toHaveLength(2)
  expect(calls()[1]).toContain('--progress plain')
})

test('builds without the cache if it is damaged', async () => {
  const { run, nerdctl, calls } = await machine(
    `case "$*" in *cache-from*) echo 'error: failed to solve: short read: expected 5 bytes but got 0: unexpected EOF' >&2; exit 1 ;; *) ${copyBuilt} ;; esac`,
    { platforms: 'amd64, arm64', 'cache-from': 'type=registry,ref=a.example/c' },
  )
  await build(nerdctl, run, checked)
  expect(calls().at(-1)).toContain('--no-cache')
})
