import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { recordTask } from '../../cleanup/cleanup.ts'
import { podmanPrefix } from '../../cleanup/task.ts'
import { ActionError } from '../../errors/action-error.ts'
import { layoutStore, writeBlob } from '../../oci/layout.ts'
import { formatPlatform } from '../../oci/platform.ts'
import { formatReference } from '../../oci/reference.ts'
import type { ImageContent } from '../../oci/store.ts'
import type { PodmanWork } from './work.ts'

/**
 * Stores the verified image in Podman's own store under the references of the plan, and returns its ID. Each platform keeps the digest that is
 * pushed; several platforms are a new manifest list, so that nothing of an earlier list is kept.
 *
 * @throws ActionError `engine-failed` with what Podman says
 */
export async function loadImage(work: PodmanWork, content: ImageContent): Promise<string> {
  const { run, spec, env, session } = work
  const { plan, host } = run
  const { path: program, name: kind } = spec.program
  const podman = async (...args: readonly string[]): Promise<string> => {
    const { ok, stdout, stderr } = await host.exec(program, args, { env, cwd: host.tempDir })
    if (ok) return stdout.trim()
    throw new ActionError('engine-failed', `Cannot load the image into ${kind}: ${stderr.trim()}`)
  }
  const dir = join(host.tempDir, session)
  mkdirSync(dir)
  const store = layoutStore(dir)
  const { signal } = host
  for (const blob of content.tree.blobs) await store.put(blob, content.blobs, { signal })
  for (const { descriptor, bytes } of content.tree.documents) await writeBlob(dir, bytes, descriptor.mediaType)
  const own = (tag: string): string => {
    const name = `${podmanPrefix}${session}:${tag}`
    recordTask(host.tempDir, { kind: 'podman-image', name, program })
    return name
  }
  // Podman 4.3 makes a name of the path, and refuses capital letters in it: the path is relative.
  own('latest')
  const parts: string[] = []
  let id: string | undefined
  for (const { platform, manifest } of content.tree.images) {
    const text = formatPlatform(platform)
    const name = own(`load-${text.replaceAll('/', '-')}`)
    writeIndex(dir, manifest)
    const printed = await podman('pull', '--quiet', '--platform', text, `oci:${session}`)
    const pulled = printed.split('\n').at(-1) ?? ''
    id ??= pulled
    await podman('tag', pulled, name)
    parts.push(name)
  }
  rmSync(dir, { recursive: true })
  const names = plan.references.map(formatReference)
  const [first = '', ...more] = names
  if (parts.length === 1 && id !== undefined) {
    if (names.length > 0) await podman('tag', id, ...names)
    return id
  }
  const list = first === '' ? own('list') : first
  // An image or list of this name would keep its entries, or refuse the new list.
  for (const args of [
    ['manifest', 'rm', list],
    ['rmi', list],
  ])
    await host.exec(program, args, { env })
  await podman('manifest', 'create', list)
  for (const part of parts) await podman('manifest', 'add', list, `containers-storage:${part}`)
  if (more.length > 0) await podman('tag', list, ...more)
  return id ?? ''
}

function writeIndex(dir: string, manifest: ImageContent['tree']['root']): void {
  const { digest, mediaType, size } = manifest
  writeFileSync(join(dir, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  writeFileSync(join(dir, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, digest, size }] }))
}
