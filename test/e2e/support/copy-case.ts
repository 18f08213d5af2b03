import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { parseMode } from '../../../src/dockerfile/instructions/chmod.ts'
import { copyInto } from '../../../src/engine/embedded/layer/copy.ts'
import { makeWorkdir } from '../../../src/engine/embedded/layer/directory.ts'
import { layerEntries } from '../../../src/engine/embedded/layer/entry.ts'
import { stackLinked } from '../../../src/engine/embedded/layer/link.ts'
import { resolveOwner } from '../../../src/engine/embedded/layer/owner.ts'
import { writeLayer } from '../../../src/engine/embedded/layer/write.ts'
import { layoutStore } from '../../../src/oci/layout.ts'
import { contextTree } from '../../../src/tree/context.ts'
import { layersTree } from '../../../src/tree/layers.ts'
import { createOverlay, type Overlay } from '../../../src/tree/overlay.ts'
import { emptyTree, type FileTree } from '../../../src/tree/tree.ts'
import { type Flat, flatten, layersOf, withoutNow } from '../../support/flatten.ts'
import { patterns } from '../../support/patterns.ts'
import { part } from './rig.ts'
import { type FileSpec, writeFilesTo } from './write-files.ts'

export type Step =
  | { readonly workdir: string }
  | { readonly user: string }
  | {
      /** Sources and, last, the destination. */
      readonly copy: readonly string[]
      readonly add?: boolean
      readonly from?: string
      readonly chown?: string
      readonly chmod?: string
      readonly parents?: boolean
      readonly link?: boolean
      readonly exclude?: readonly string[]
      readonly document?: { readonly name: string; readonly data: string }
    }

export type CopyCase = {
  readonly name: string
  readonly files?: Readonly<Record<string, FileSpec>>
  /** Base of the last stage: an image of the registry, or nothing for scratch. */
  readonly base?: string
  /** Earlier stages, from scratch. */
  readonly stages?: Readonly<Record<string, readonly Step[]>>
  readonly steps: readonly Step[]
}

export type Outcome = { readonly files: Flat } | { readonly refused: string }

/** Writes `files` to a new directory. */
export function writeFiles(files: Readonly<Record<string, FileSpec>>): string {
  const root = mkdtempSync(join(tmpdir(), 'polyarch-copy-'))
  writeFilesTo(root, files)
  return root
}

/** A BuildKit to compare with: Docker's own, or the newest. */
export type Peer = 'docker' | 'buildkitd'

/** The result of BuildKit for a case, or its error. */
export async function buildWithBuildKit(test: CopyCase, peer: Peer): Promise<Outcome> {
  const context = writeFiles(test.files ?? {})
  const home = mkdtempSync(join(tmpdir(), 'polyarch-copy-'))
  try {
    writeFileSync(join(home, 'Dockerfile'), dockerfileOf(test))
    await build(peer, { context, home, output: `type=oci,tar=false,dest=${join(home, 'out')}` })
    return { files: withoutNow(await flatten(layersOf(join(home, 'out')))) }
  } catch (error) {
    const { stderr } = error as { stderr?: string }
    if (stderr === undefined) throw error
    return { refused: /(ERROR|error): .*/.exec(stderr)?.[0] ?? stderr }
  } finally {
    rmSync(context, { recursive: true, force: true })
    rmSync(home, { recursive: true, force: true })
  }
}

/** Builds the Dockerfile in `home`, which is also used as the Docker configuration directory. */
export async function build(
  peer: Peer,
  { context, home, output }: { readonly context: string; readonly home: string; readonly output: string },
): Promise<void> {
  const plugin = join(part('plugins'), 'docker-buildx')
  const [command, ...args] =
    peer === 'docker'
      ? [
          plugin,
          'build',
          '--no-cache',
          '--provenance=false',
          '--progress=plain',
          '-f',
          join(home, 'Dockerfile'),
          '-o',
          output,
          context,
        ]
      : [
          part('buildctl'),
          '--addr',
          part('buildkitd')[0] ?? '',
          'build',
          '--no-cache',
          '--progress=plain',
          '--frontend=dockerfile.v0',
        ].concat(['--local', `context=${context}`, '--local', `dockerfile=${home}`, '--output', output])
  await promisify(execFile)(command ?? '', args, {
    env: { ...process.env, DOCKER_CONFIG: home, DOCKER_HOST: part('docker').host },
    maxBuffer: 2 ** 26,
  })
}

function dockerfileOf({ stages, base, steps }: CopyCase): string {
  const lines: string[] = []
  for (const [name, stage] of Object.entries(stages ?? {})) lines.push(`FROM scratch AS ${name}`, ...stage.map(lineOf))
  return [...lines, `FROM ${base ?? 'scratch'}`, ...steps.map(lineOf), ''].join('\n')
}

function lineOf(step: Step): string {
  if ('workdir' in step) return `WORKDIR ${step.workdir}`
  if ('user' in step) return `USER ${step.user}`
  const { from, chown, chmod, exclude = [], document } = step
  const flags = [
    from && `--from=${from}`,
    chown && `--chown=${chown}`,
    chmod && `--chmod=${chmod}`,
    step.parents && '--parents',
    step.link && '--link',
    ...exclude.map((pattern) => `--exclude=${pattern}`),
  ].filter((flag) => typeof flag === 'string')
  const words = document ? [`<<${document.name}`, ...step.copy].join(' ') : JSON.stringify(step.copy)
  const tail = document ? `\n${document.data}${document.name}` : ''
  return [step.add ? 'ADD' : 'COPY', ...flags, words].join(' ') + tail
}

/** The result of this project for a case. `baseDir` is an OCI layout with the base. */
export async function buildEmbedded(test: CopyCase, baseDir: string | undefined): Promise<Outcome> {
  const context = writeFiles(test.files ?? {})
  const dir = mkdtempSync(join(tmpdir(), 'polyarch-copy-'))
  try {
    const stages = new Map<string, FileTree>()
    const tree = contextTree(context)
    for (const [name, steps] of Object.entries(test.stages ?? {})) {
      stages.set(name, (await runSteps(steps, { tree, stages, dir, base: emptyTree })).stage)
    }
    const bottom = baseDir === undefined ? [] : layersOf(baseDir)
    const sources = bottom.map((layer, index) => ({ name: `${index}`, open: async () => Readable.from([layer]) }))
    const base = baseDir === undefined ? emptyTree : await layersTree(sources, join(dir, 'base'))
    const { layers } = await runSteps(test.steps, { tree, stages, dir, base })
    return { files: withoutNow(await flatten([...bottom, ...layers])) }
  } catch (error) {
    if (error instanceof Error && error.name === 'ActionError') return { refused: error.message }
    throw error
  } finally {
    rmSync(context, { recursive: true, force: true })
    rmSync(dir, { recursive: true, force: true })
  }
}

type World = {
  readonly tree: FileTree
  readonly stages: ReadonlyMap<string, FileTree>
  readonly dir: string
  readonly base: FileTree
}

async function runSteps(
  steps: readonly Step[],
  { tree, stages, dir, base }: World,
): Promise<{ readonly stage: FileTree; readonly layers: readonly Buffer[] }> {
  let stage = base
  let [workdir, user] = ['/', '']
  const layers: Buffer[] = []
  const time = Date.now()
  for (const step of steps) {
    if ('user' in step) {
      user = step.user
      continue
    }
    let layer: Overlay = createOverlay(stage)
    if ('workdir' in step) {
      workdir = step.workdir.startsWith('/') ? step.workdir : join(workdir, step.workdir)
      await makeWorkdir(layer, workdir, { owner: user === '' ? undefined : await resolveOwner(user, stage), time })
    } else {
      const linked = step.link === true && step.chmod === undefined
      if (linked) layer = createOverlay(emptyTree)
      await copyInto(layer, {
        from: step.from === undefined ? tree : (stages.get(step.from) ?? emptyTree),
        sources: step.copy.slice(0, -1),
        documents: step.document ? [{ name: step.document.name, data: Buffer.from(step.document.data) }] : [],
        destination: step.copy.at(-1) ?? '',
        workdir,
        unpack: step.add ?? false,
        owner: step.chown === undefined ? undefined : await resolveOwner(step.chown, linked ? emptyTree : stage),
        mode: step.chmod === undefined ? undefined : parseMode(step.chmod),
        parents: step.parents ?? false,
        exclude: step.exclude ?? [],
        patterns,
        time,
        temporary: join(dir, 'temporary'),
      })
      if (linked) {
        layers.push(await blobOf(layer, dir))
        stage = await stackLinked(stage, layer)
        continue
      }
    }
    layers.push(await blobOf(layer, dir))
    stage = layer
  }
  return { stage, layers }
}

async function blobOf(layer: Overlay, dir: string): Promise<Buffer> {
  const written = await writeLayer(dir, await layerEntries(layer), {
    compression: { kind: 'gzip', level: 1 },
    threads: 2,
  })
  return await buffer(await layoutStore(dir).open(written.descriptor))
}
