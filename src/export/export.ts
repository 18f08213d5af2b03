import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatBytes } from '../bytes.ts'
import type { Built } from '../engine/built.ts'
import { ActionError } from '../errors.ts'
import type { Host } from '../host/host.ts'
import type { FileOutput } from '../inputs/inputs.ts'
import type { LoggedIn } from '../login/login.ts'
import { parseIndex } from '../oci/parse.ts'
import { formatReference } from '../oci/reference.ts'
import type { Descriptor } from '../oci/types.ts'
import type { Plan } from '../plan/plan.ts'
import type { FileEntry } from '../tree/file-entry.ts'
import { fetchElsewhere } from './fetch-elsewhere.ts'
import { imageEntries, type Layout } from './image-entries.ts'
import { loadImage } from './load-image.ts'
import { rootEntries } from './root-entries.ts'
import { writeArchive } from './write-archive.ts'
import { writeFolder } from './write-folder.ts'

export type Exported = {
  /** What was written, each output whole. */
  readonly outputs: readonly FileOutput[]
  /** What the daemon calls the image that was loaded into it here; an engine with a store of its own has loaded it itself. */
  readonly imageId: string | undefined
}

/**
 * Puts what was built where the plan says besides a registry: into files and folders, and into the daemon's store where the engine has none.
 *
 * @throws ActionError of the file system, the registry that has a base's layers, and the daemon
 */
export async function exportImage(
  plan: Plan,
  built: Built,
  host: Host,
  login: Pick<LoggedIn, 'env' | 'registry'>,
): Promise<Exported> {
  const server = plan.engine.name === 'embedded' ? plan.engine.loadInto : undefined
  if (plan.outputs.length === 0 && server === undefined) return { outputs: [], imageId: undefined }
  const { content } = built
  if (content.kind !== 'layout') throw new ActionError('internal', 'What was built is not here to be written')
  return host.log.group('Write outputs', async () => {
    await fetchElsewhere(content, login.registry, host)
    for (const output of plan.outputs) await writeOutput(output, content, plan, host)
    const imageId = server && (await loadImage(content, server, { references: plan.references, host, env: login.env }))
    if (server) host.log.info(`Loaded ${plan.references.map(formatReference).join(', ') || imageId} into Docker`)
    return { outputs: plan.outputs, imageId }
  })
}

async function writeOutput(output: FileOutput, content: Layout, plan: Plan, host: Host): Promise<void> {
  const { kind, form, dest } = output
  const onProgress = (bytes: number): void => host.log.progress(`Writing ${dest}: ${formatBytes(bytes)}`)
  const options = { signal: host.signal, onProgress }
  const entries = await entriesOf(output, content, plan, host)
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
      `${dest} lacks ${leftOut.length} devices and FIFOs of the image (${names.join(', ')}): type=tar has them`,
    )
  }
}

async function entriesOf(
  output: FileOutput,
  content: Layout,
  plan: Plan,
  { tempDir }: Pick<Host, 'tempDir'>,
): Promise<readonly FileEntry[]> {
  if (output.kind === 'files') {
    return rootEntries(content, { platformSplit: output.platformSplit, temporary: join(tempDir, 'unpacked') })
  }
  const { annotations } = plan.build
  const listed = output.kind === 'oci' && output.form === 'folder' ? await listedIn(output.dest) : []
  return imageEntries(content, { kind: output.kind, references: plan.references, annotations, listed })
}

/** What the index.json of a layout that is there already lists. */
async function listedIn(dest: string): Promise<readonly Descriptor[]> {
  const bytes = await readFile(join(dest, 'index.json')).catch(() => undefined)
  return bytes === undefined ? [] : parseIndex(bytes, `Cannot add to the OCI layout in ${dest}: index.json`).manifests
}
