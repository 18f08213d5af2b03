import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '../bounds/limits.ts'
import { readBytesLimited } from '../bounds/read-limited.ts'
import type { Host } from '../host/host.ts'
import type { FileOutput } from '../inputs/inputs.ts'
import { imageEntries } from '../oci/image-entries.ts'
import { layoutStore } from '../oci/layout.ts'
import { parseIndex } from '../oci/parse.ts'
import { byDigest, copyBlobs, firstOf, type ImageContent, isRemote } from '../oci/store.ts'
import type { Descriptor } from '../oci/types.ts'
import type { Run } from '../run-context.ts'
import { formatBytes } from '../text/bytes.ts'
import { writeArchive } from '../tree/archive/write-archive.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { rootEntries } from './root-entries.ts'
import { writeFolder } from './write-folder.ts'

type Writing = Pick<Run, 'plan' | 'host'>

/**
 * Writes the outputs of the plan, and returns the image with all its blobs on this machine.
 *
 * @throws ActionError of the file system, and of the registry of a base image's layers
 */
export async function writeOutputs({ plan, host }: Writing, content: ImageContent): Promise<ImageContent> {
  return host.log.group('Write outputs', async () => {
    const here = await fetchRemote(content, host)
    for (const output of plan.outputs) {
      const temporary = mkdtempSync(join(host.tempDir, 'unpacked-'))
      await writeOutput(output, here, { plan, host, temporary })
      // It contains unpacked layers, which may be large.
      rmSync(temporary, { recursive: true })
    }
    return here
  })
}

/**
 * Writes the image with all its blobs as an OCI layout to the directory `dir`.
 *
 * @throws ActionError, those of `writeOutputs`
 */
export async function writeLayout({ plan, host }: Writing, content: ImageContent, dir: string): Promise<void> {
  const here = await fetchRemote(content, host)
  const { references, build } = plan
  const form = { kind: 'oci', references, annotations: build.annotations, signal: host.signal } as const
  await writeFolder(dir, imageEntries(here, form), { signal: host.signal, onProgress: () => undefined })
}

type OutputWriting = Writing & {
  /** Directory for unpacked layers. */
  readonly temporary: string
}

async function writeOutput(output: FileOutput, content: ImageContent, work: OutputWriting): Promise<void> {
  const { host } = work
  const { kind, form, dest } = output
  const onProgress = (bytes: number): void => host.log.progress(`Writing ${dest}: ${formatBytes(bytes)}`)
  const options = { signal: host.signal, onProgress }
  const entries = await entriesOf(output, content, work)
  if (form === 'archive') {
    const size = await writeArchive(dest, entries, options)
    host.log.info(`Wrote ${dest} (${kind}, ${formatBytes(size)})`)
    return
  }
  const leftOut = await writeFolder(dest, entries, options)
  host.log.info(`Wrote ${dest} (${kind}, ${entries.length - leftOut.length} entries)`)
  if (leftOut.length > 0) {
    const names = leftOut.slice(0, 5).map(({ path }) => path)
    host.log.warning(
      `${leftOut.length} devices and FIFOs of the image were not written to ${dest} (${names.join(', ')}); type=tar supports them`,
    )
  }
}

async function entriesOf(
  output: FileOutput,
  content: ImageContent,
  { plan, host: { signal }, temporary }: OutputWriting,
): Promise<readonly FileEntry[]> {
  if (output.kind === 'files') {
    return rootEntries(content, { platformSplit: output.platformSplit, temporary, signal })
  }
  const { annotations } = plan.build
  const listed = output.kind === 'oci' && output.form === 'folder' ? await listedIn(output.dest) : []
  return imageEntries(content, { kind: output.kind, references: plan.references, annotations, listed, signal })
}

/**
 * Returns the image with the base layers, which a build leaves in their registries, downloaded to this machine: once,
 * however many outputs use them.
 */
async function fetchRemote({ tree, blobs }: ImageContent, { log, signal, tempDir }: Host): Promise<ImageContent> {
  const remote = tree.blobs.filter(({ digest }) => isRemote(blobs, digest))
  if (remote.length === 0) return { tree, blobs }
  const total = remote.reduce((sum, { size }) => sum + size, 0)
  log.info(`Fetching ${remote.length} layers of the base, ${formatBytes(total)}`)
  const store = layoutStore(join(tempDir, 'fetched'))
  await copyBlobs(remote, blobs, store, { signal })
  return { tree, blobs: firstOf(byDigest(new Map(remote.map(({ digest }) => [digest, store]))), blobs) }
}

/** Returns the entries in the index.json of an existing layout. */
async function listedIn(dest: string): Promise<readonly Descriptor[]> {
  const bytes = await readBytesLimited(join(dest, 'index.json'), limits.manifest).catch(() => undefined)
  return bytes === undefined ? [] : parseIndex(bytes, `Cannot add to the OCI layout in ${dest}: index.json`).manifests
}
