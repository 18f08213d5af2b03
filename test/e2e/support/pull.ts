import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'

/** An image as a registry serves it, read with plain fetch: tests check published images without the code that published them. */
export type Pulled = {
  readonly digest: string
  readonly mediaType: string
  readonly manifest: Document
  readonly platforms: readonly PulledPlatform[]
}

export type PulledPlatform = {
  readonly platform: string
  readonly digest: string
  readonly manifest: Document
  readonly config: Document
  readonly layerDigests: readonly string[]
  /** The layers as they are stored, lowest first. */
  readonly layers: () => Promise<readonly Buffer[]>
  /** The content of a file, from the topmost layer that has it. */
  readonly readFile: (path: string, encoding?: BufferEncoding) => Promise<string | undefined>
}

type Document = {
  readonly mediaType?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly [key: string]: unknown
}
type Descriptor = {
  readonly digest: string
  readonly mediaType: string
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string }
  readonly annotations?: Readonly<Record<string, string>>
}

export type PullOptions = { readonly authorization?: string; readonly scheme?: 'http' | 'https' }

const accept = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')

/** Reads `name` (`host/repository`) under `reference`, a tag or a digest; throws when the registry does not have it. */
export async function pull(name: string, reference: string, options: PullOptions = {}): Promise<Pulled> {
  const [host, ...path] = name.split('/')
  const base = `${options.scheme ?? 'http'}://${host}/v2/${path.join('/')}`
  const headers = { accept, ...(options.authorization ? { authorization: options.authorization } : {}) }

  const get = async (route: string): Promise<Buffer> => {
    const response = await fetch(`${base}/${route}`, { headers })
    if (!response.ok) throw new Error(`GET ${base}/${route} answered ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
  }
  const document = async (route: string): Promise<Document> => JSON.parse((await get(route)).toString('utf8'))

  const bytes = await get(`manifests/${reference}`)
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  const root = JSON.parse(bytes.toString('utf8')) as Document & { manifests?: Descriptor[] }
  const children: readonly Descriptor[] = root.manifests ?? [{ digest, mediaType: String(root.mediaType) }]

  const platforms = children.map(async (child): Promise<PulledPlatform> => {
    const manifest = (await document(`manifests/${child.digest}`)) as Document & {
      config: Descriptor
      layers: Descriptor[] | null
    }
    const config = await document(`blobs/${manifest.config.digest}`)
    // null without layers.
    const layers = manifest.layers ?? []
    const { os, architecture, variant } = child.platform ?? (config as NonNullable<Descriptor['platform']>)
    return {
      platform: [os, architecture, variant].filter(Boolean).join('/'),
      digest: child.digest,
      manifest,
      config,
      layerDigests: layers.map((layer) => layer.digest),
      layers: () => Promise.all(layers.map(({ digest }) => get(`blobs/${digest}`))),
      readFile: async (path, encoding = 'utf8') => {
        for (const layer of layers.toReversed()) {
          const found = await fileOf(await get(`blobs/${layer.digest}`), path)
          if (found !== undefined) return found.toString(encoding)
        }
        return undefined
      },
    }
  })
  return { digest, mediaType: String(root.mediaType), manifest: root, platforms: await Promise.all(platforms) }
}

/** The tags of `name` (`host/repository`); none if the repository does not exist. */
export async function tagsOf(
  name: string,
  { authorization }: Pick<PullOptions, 'authorization'> = {},
): Promise<readonly string[]> {
  const [host, ...path] = name.split('/')
  const headers: Readonly<Record<string, string>> = authorization ? { authorization } : {}
  const response = await fetch(`http://${host}/v2/${path.join('/')}/tags/list`, { headers })
  const { tags } = response.ok ? ((await response.json()) as { readonly tags: readonly string[] | null }) : { tags: [] }
  return tags ?? []
}

async function fileOf(layer: Buffer, path: string): Promise<Buffer | undefined> {
  let found: Buffer | undefined
  for await (const entry of Readable.from([layer]).pipe(createGunzip()).pipe(extract())) {
    if (entry.header.name.replace(/^\.?\//, '') === path) found = await buffer(entry)
    else entry.resume()
  }
  return found
}
