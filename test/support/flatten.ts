import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import zlib from 'node:zlib'
import { extract } from 'tar-stream'

/** One entry of the file system of an image's layers, in a form to compare and to print. */
export type Flat = Readonly<Record<string, string>>
type Entry = { readonly text: string; readonly isDirectory: boolean; readonly file?: string }

/**
 * Unpacks layers over each other with another tar library than the code under test. Each path gets one line:
 * type, mode, owner, and the link, or time and digest of the content. Directories have no time: what makes them sets it to now.
 */
export async function flatten(layers: readonly Buffer[]): Promise<Flat> {
  const entries = new Map<string, Entry>()
  for (const layer of layers) await apply(entries, layer)
  const names = new Map<string, string[]>()
  for (const [path, { file }] of entries) if (file) names.set(file, [...(names.get(file) ?? []), path])
  return Object.fromEntries(
    [...entries].sort().map(([path, { text, file }]) => {
      const others = file ? (names.get(file) ?? []).filter((name) => name !== path).sort() : []
      return [path, others.length > 0 ? `${text} = ${others.join(' ')}` : text]
    }),
  )
}

/** The layers of the only image in an OCI layout directory, as the registry would get them. */
export function layersOf(dir: string): readonly Buffer[] {
  // BuildKit writes null for an image without any.
  const layers = manifestOf(dir).layers ?? []
  return layers.map(({ digest }) => blobOf(dir, digest))
}

/** The configuration of the only image in an OCI layout directory. */
export function configOf(dir: string): unknown {
  return JSON.parse(blobOf(dir, manifestOf(dir).config.digest).toString('utf8'))
}

type Manifest = { readonly layers: readonly { digest: string }[] | null; readonly config: { readonly digest: string } }

function manifestOf(dir: string): Manifest {
  const index = JSON.parse(readFileSync(join(dir, 'index.json'), 'utf8')) as { manifests: { digest: string }[] }
  const document = JSON.parse(blobOf(dir, index.manifests[0]?.digest ?? '').toString('utf8'))
  return document.manifests ? JSON.parse(blobOf(dir, document.manifests[0].digest).toString('utf8')) : document
}

function blobOf(dir: string, digest: string): Buffer {
  return readFileSync(join(dir, 'blobs', digest.replace(':', '/')))
}

function inflate(layer: Buffer): Buffer {
  if (layer[0] === 0x1f) return zlib.gunzipSync(layer)
  return layer[0] === 0x28 ? zlib.zstdDecompressSync(layer) : layer
}

async function apply(entries: Map<string, Entry>, layer: Buffer): Promise<void> {
  const remove = (path: string, itself = true): void => {
    for (const other of [...entries.keys()]) {
      if (other.startsWith(`${path}/`) || (itself && other === path)) entries.delete(other)
    }
  }
  for await (const entry of Readable.from([inflate(layer)]).pipe(extract())) {
    const { name, mode, uid, gid, type, linkname, mtime, pax } = entry.header
    const content = await buffer(entry)
    const path = name.replace(/^\.?\//, '').replace(/\/$/, '')
    if (path === '' || path === '.') continue
    const base = path.slice(path.lastIndexOf('/') + 1)
    if (base === '.wh..wh..opq') {
      remove(path.slice(0, -base.length - 1), false)
      continue
    }
    if (base.startsWith('.wh.')) {
      remove(path.slice(0, -base.length) + base.slice(4))
      continue
    }
    const isDirectory = type === 'directory'
    if (entries.has(path) && !(isDirectory && entries.get(path)?.isDirectory)) remove(path)
    if (type === 'link') {
      const target = entries.get(linkname?.replace(/^\.?\//, '') ?? '')
      if (target === undefined) throw new Error(`${path} is a hard link to ${linkname}, which is not there`)
      entries.set(path, target)
      continue
    }
    const xattrs = Object.entries(pax ?? {}).filter(([key]) => key.startsWith('SCHILY.xattr.'))
    // The reader ignores the PAX header's values for large ones.
    const large = new Map(Object.entries(pax ?? {}))
    const owner = `${((mode ?? 0) & 0o7777).toString(8).padStart(4, '0')} ${large.get('uid') ?? uid}:${large.get('gid') ?? gid}`
    const more = isDirectory
      ? ''
      : type === 'symlink'
        ? ` -> ${linkname}`
        : ` ${mtime?.getTime()} ${content.length} ${createHash('sha256').update(content).digest('hex').slice(0, 12)}`
    const text = [`${type} ${owner}${more}`, ...xattrs.map(([key, value]) => `${key}=${value}`).sort()].join(' ')
    entries.set(path, {
      text,
      isDirectory,
      ...(type === 'file' ? { file: `${layer.length}:${path}:${entries.size}` } : {}),
    })
  }
}

/**
 * Replaces times of this week: they are those of the build. BuildKit gives what an earlier build made of the same content,
 * a here-document or a repository, without its cache too.
 */
export function withoutNow(files: Flat): Flat {
  const week = Date.now() - 7 * 24 * 3_600_000
  const told = (text: string) =>
    text.replace(/ (\d{13}) /, (all, time: string) => (Number(time) > week ? ' now ' : all))
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, told(text)]))
}
