import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build as buildEmbedded } from '../../../src/engine/build.ts'
import { makePlan } from '../../../src/plan/make-plan.ts'
import { checkImages } from '../../../src/preflight/check-images.ts'
import { configOf, flatten, layersOf, withoutNow } from '../../support/flatten.ts'
import { createTestHost } from '../../support/host.ts'
import { writeDocuments } from '../../support/layout.ts'
import { loginOf } from '../../support/login.ts'
import { factsOf, inputsOf } from '../../support/plan.ts'
import { createTestClient } from '../../support/registry-client.ts'
import { runOf } from '../../support/run.ts'
import { build, type Outcome as Copied, type Peer, writeFiles } from './copy-case.ts'
import type { FileSpec } from './write-files.ts'

export type Dockerfile = { readonly dockerfile: string; readonly files?: Readonly<Record<string, FileSpec>> }

/** The image's files, and the lines of its history, or the error. */
export type Outcome = (Copied & { readonly history: unknown }) | { readonly refused: string }

/** The result of BuildKit and of the embedded engine for a Dockerfile. */
export async function compareBuilds(
  test: Dockerfile,
  peer: Peer,
): Promise<{ readonly theirs: Outcome; readonly ours: Outcome }> {
  const context = writeFiles(test.files ?? {})
  const home = mkdtempSync(join(tmpdir(), 'polyarch-build-'))
  try {
    writeFileSync(join(home, 'Dockerfile'), test.dockerfile)
    const [theirs, ours] = await Promise.all([byBuildKit(context, home, peer), byEmbedded(context, home)])
    return { theirs, ours }
  } finally {
    for (const folder of [context, home]) rmSync(folder, { recursive: true, force: true })
  }
}

/** The result of the embedded engine for a Dockerfile. */
export async function buildWithEmbedded(dockerfile: string): Promise<Outcome> {
  const context = writeFiles({})
  const home = mkdtempSync(join(tmpdir(), 'polyarch-build-'))
  try {
    writeFileSync(join(home, 'Dockerfile'), dockerfile)
    return await byEmbedded(context, home)
  } finally {
    for (const folder of [context, home]) rmSync(folder, { recursive: true, force: true })
  }
}

async function byBuildKit(context: string, home: string, peer: Peer): Promise<Outcome> {
  const dir = join(home, 'theirs')
  try {
    await build(peer, { context, home, output: `type=oci,tar=false,dest=${dir}` })
    return await read(dir)
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    if (stderr === undefined) throw error
    return { refused: /(ERROR|error): .*/.exec(stderr)?.[0] ?? stderr }
  }
}

async function byEmbedded(context: string, home: string): Promise<Outcome> {
  const tempDir = mkdtempSync(join(home, 'ours-'))
  // The machine's own clock: current times are removed from both.
  const host = createTestHost({ tempDir, env: { PATH: process.env['PATH'] }, clock: systemClock })
  const registry = createTestClient()
  try {
    const inputs = inputsOf({
      tags: 'a/b:1',
      platforms: 'linux/amd64',
      engine: 'embedded',
      context,
      file: join(home, 'Dockerfile'),
    })
    const run = await runOf(makePlan(inputs, factsOf()), host, loginOf(registry))
    const reading = await run.source.reading()
    if (reading === undefined) throw new Error('the Dockerfile was not read')
    const { content } = await buildEmbedded(run, await checkImages(run, reading))
    if (content === undefined) return { refused: 'made no image' }
    const dir = join(tempDir, readdirSync(tempDir).find((name) => name.startsWith('layout-')) ?? '')
    await writeDocuments(dir, content.tree)
    return await read(dir)
  } catch (error) {
    if (error instanceof Error && error.name === 'ActionError') return { refused: error.message }
    throw error
  } finally {
    registry.close()
    host.close()
  }
}

const systemClock = { now: () => new Date(), sleep: async () => {} }

async function read(dir: string): Promise<Outcome> {
  const { history } = configOf(dir) as { readonly history: readonly { readonly created_by: string }[] }
  return {
    files: withoutNow(await flatten(layersOf(dir))),
    history: history.map(({ created_by }) => created_by),
  }
}
