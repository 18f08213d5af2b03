import { createWriteStream, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { imageEntries } from '../oci/image-entries.ts'
import type { Run } from '../run-context.ts'
import { writeTar } from '../tree/archive/write-tar.ts'
import type { BuiltImage } from './built.ts'

/** Writes the image with its planned references to an OCI archive, runs `load` with its path, and removes it. */
export async function withImageArchive<T>(
  content: BuiltImage,
  { plan, host }: Pick<Run, 'plan' | 'host'>,
  load: (path: string) => Promise<T>,
): Promise<T> {
  const { references } = plan
  const { signal } = host
  const folder = join(host.tempDir, 'load')
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'image.tar')
  const entries = imageEntries(content, { kind: 'oci', references, annotations: {}, signal })
  await pipeline(Readable.from(writeTar(entries)), createWriteStream(path), { signal })
  const loaded = await load(path)
  rmSync(path)
  return loaded
}
