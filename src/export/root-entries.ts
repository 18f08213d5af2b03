import { ActionError } from '../errors/action-error.ts'
import type { Image } from '../oci/image-tree.ts'
import { formatPlatform } from '../oci/platform.ts'
import type { ImageContent } from '../oci/store.ts'
import { type FileEntry, linkNames } from '../tree/file-entry.ts'
import { layersTree } from '../tree/layers.ts'
import { compareBytes, joinPath } from '../tree/path.ts'
import { type FileTree, rootNode } from '../tree/tree.ts'

export type RootOptions = {
  /**
   * Whether the files of each platform are written to a directory such as `linux_amd64`. Default: if there are several
   * platforms.
   */
  readonly platformSplit: boolean | undefined
  /** Directory for unpacked layers. */
  readonly temporary: string
  readonly signal: AbortSignal
}

/**
 * Returns the files of the image with all layers applied, directories before their content.
 *
 * @throws ActionError `input-invalid` if platforms that are not split have files of the same name
 */
export async function rootEntries(
  content: ImageContent,
  { platformSplit, ...options }: RootOptions,
): Promise<readonly FileEntry[]> {
  const { images } = content.tree
  const split = platformSplit ?? images.length > 1
  const roots: PlatformFiles[] = []
  for (const image of images) {
    roots.push({ platform: formatPlatform(image.platform), files: await filesOf(image, content, options) })
  }
  return split ? roots.flatMap(inFolder) : merged(roots)
}

type PlatformFiles = { readonly platform: string; readonly files: readonly FileEntry[] }

function inFolder({ platform, files }: PlatformFiles): readonly FileEntry[] {
  const folder = platform.replaceAll('/', '_')
  return [{ path: folder, node: rootNode }, ...files.map((entry) => below(folder, entry))]
}

/** Merges all platforms into one directory. A directory that several platforms have is taken from the first. */
function merged(roots: readonly PlatformFiles[]): readonly FileEntry[] {
  const [only] = roots
  if (only && roots.length === 1) return only.files
  const found = new Map<string, { readonly entry: FileEntry; readonly platform: string }>()
  for (const { platform, files } of roots) {
    for (const entry of files) {
      const other = found.get(entry.path)
      if (other === undefined) found.set(entry.path, { entry, platform })
      else if (entry.node.type !== 'directory' || other.entry.node.type !== 'directory') {
        throw bothHave(entry.path, other.platform, platform)
      }
    }
  }
  // Sorted by path segments, in the order of a walk: the content of a directory directly follows it.
  const parts = ({ path }: FileEntry): string => path.replaceAll('/', '\0')
  return [...found.values()].map(({ entry }) => entry).sort((a, b) => compareBytes(parts(a), parts(b)))
}

async function filesOf(
  { layers }: Image,
  { blobs }: ImageContent,
  { temporary, signal }: Omit<RootOptions, 'platformSplit'>,
): Promise<readonly FileEntry[]> {
  const sources = layers.map((layer) => ({ name: layer.digest, open: () => blobs.open(layer, { signal }) }))
  const root = await layersTree(sources, temporary)
  const found: FileEntry[] = []
  for await (const entry of walk(root, '')) found.push(entry)
  return [...linkNames(found)]
}

async function* walk(tree: FileTree, folder: string): AsyncGenerator<FileEntry> {
  for (const name of await tree.list(folder)) {
    const path = joinPath(folder, name)
    const node = await tree.lstat(path)
    if (node === undefined) continue
    yield { path, node, ...(node.type === 'file' ? { open: () => tree.open(path) } : {}) }
    if (node.type === 'directory') yield* walk(tree, path)
  }
}

function below(folder: string, { path, linkTo, ...entry }: FileEntry): FileEntry {
  return {
    ...entry,
    path: joinPath(folder, path),
    ...(linkTo === undefined ? {} : { linkTo: joinPath(folder, linkTo) }),
  }
}

function bothHave(path: string, one: string, other: string): ActionError {
  return new ActionError('input-invalid', `Cannot merge ${one} and ${other} into one directory: both have ${path}`, {
    hint: 'Remove platform-split=false, so that each platform gets its own directory.',
  })
}
