import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { build } from '../../../src/engine/build.ts'
import type { Built } from '../../../src/engine/built.ts'
import type { LayerSink } from '../../../src/engine/layer-sink.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { startVerification, verifyImage } from '../../../src/verify/verify.ts'
import { elf } from '../../support/elf.ts'
import { createTestHost } from '../../support/host.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createRandom, randomBytes } from '../../support/random.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { tempFolder } from '../../support/temp.ts'

const token = 'ghs_0123456789abcdefghijklmnopqrstuvwxyz'
const unused: Pick<LayerSink, 'follow' | 'add'> = {
  follow: () => ({ name: () => undefined }),
  add: () => undefined,
}

/** Builds with the embedded engine and verifies the result. Counts how often a layer is read in the layout. */
async function verifyBuild(files: Readonly<Record<string, Uint8Array>>, given: Readonly<Record<string, string>> = {}) {
  const context = tempFolder({ Dockerfile: 'FROM scratch\nCOPY content /\nENTRYPOINT ["/app"]\n', 'content/': '' })
  for (const [name, bytes] of Object.entries(files))
    writeFileSync(join(context, 'content', name), bytes, { mode: 0o755 })
  const client = createTestClient()
  const host = createTestHost({ tempDir: tempFolder(), env: { GITHUB_TOKEN: token } })
  onTestFinished(client.close)
  onTestFinished(host.close)
  const inputs = inputsOf({ context, engine: 'embedded', tags: 'localhost:1/app:1', push: 'true', ...given })
  const run = await runOf(makePlan(inputs, factsOf()), host, loginOf(client))
  const reading = await run.source.reading()
  const checked = { reading, bases: [], emulations: [] }
  const written = startVerification(run)
  const built = await build(run, checked, { sink: { ...unused, ...(written && { archive: written.archive }) } })
  let reads = 0
  const { content } = built
  if (content === undefined) throw new Error('Nothing was built')
  const layers = content.tree.images.flatMap((image) => image.layers.map(({ digest }) => digest))
  const counting: Built = {
    ...built,
    content: {
      ...content,
      blobs: {
        ...content.blobs,
        open: async (blob, options) => {
          if (layers.includes(blob.digest)) reads += 1
          return content.blobs.open(blob, options)
        },
      },
    },
  }
  const outcome = (withWritten: typeof written) =>
    verifyImage(run, counting, checked, withWritten).catch((error: unknown) => error)
  const early = await outcome(written)
  const earlyReads = reads
  return { early, earlyReads, late: await outcome(undefined), layers }
}

describe('layers that are scanned while they are written', () => {
  const binary = Buffer.concat([elf('amd64'), randomBytes(createRandom(1), 3_000_000)])

  test('are not read again', async () => {
    const { early, earlyReads, late } = await verifyBuild({ app: binary, text: Buffer.from('text') })
    expect(early).toMatchObject([{ platform: 'linux/amd64', programs: 1, problems: [] }])
    expect(earlyReads).toBe(0)
    expect(early).toEqual(late)
  })

  test('have the same findings as in the image', async () => {
    const { early, earlyReads, late, layers } = await verifyBuild({
      app: elf('arm64'),
      config: Buffer.from(`token = ${token}`),
    })
    expect(early).toMatchObject({ code: expect.any(String) })
    expect(String(early)).toContain(layers[0])
    expect(String(early)).toContain('/config')
    expect(earlyReads).toBe(0)
    expect(String(early)).toBe(String(late))
  })

  test('are found even if the first file has the name of a compressed format', async () => {
    const { early, earlyReads } = await verifyBuild({ BZh9: Buffer.from('text'), app: elf('amd64') })
    expect(early).toMatchObject([{ programs: 1, problems: [] }])
    expect(earlyReads).toBe(0)
  })

  test('are read again with `verify: full`', async () => {
    const { early, earlyReads } = await verifyBuild({ app: binary }, { verify: 'full' })
    expect(early).toMatchObject([{ programs: 1, problems: [] }])
    expect(earlyReads).toBe(1)
  })
})
