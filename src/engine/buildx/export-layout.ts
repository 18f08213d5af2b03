import { mkdirSync, rmSync } from 'node:fs'
import { formatBytes } from '../../bytes.ts'
import { type ImageTree, walkImage } from '../../oci/image-tree.ts'
import { readBlob, readLayout } from '../../oci/layout.ts'
import { repositoriesOf } from '../../oci/repositories.ts'
import type { BuildxPlan } from '../../plan/plan.ts'
import type { Content } from '../built.ts'
import { type CallResult, type CallTarget, callBuildx } from './call.ts'
import { seedHolds, seedLayout, usedSeed } from './seed.ts'
import type { Session } from './session.ts'

/**
 * Builds all platforms in one call into the OCI layout folder `dir`. What every repository has already is not exported;
 * should one of them have lost it meanwhile, everything is exported by a second call, which the cache answers.
 */
export async function exportLayout(
  plan: BuildxPlan,
  dir: string,
  { session, target }: { readonly session: Session; readonly target: Omit<CallTarget, 'outputs'> },
): Promise<CallResult & { readonly content: Content }> {
  const { host, registry } = session
  const call = () => callBuildx(host, plan, { ...target, outputs: [{ kind: 'layout', dir }] })
  mkdirSync(dir)
  // Placeholders of the seed could not be written to an output.
  if (!plan.push || plan.outputs.length > 0)
    return { ...(await call()), content: { kind: 'layout', dir, tree: await readTree(dir) } }

  const over = new AbortController()
  const seeding = seedLayout(dir, plan.references, {
    registry,
    log: host.log,
    signal: AbortSignal.any([host.signal, over.signal]),
  })
  const first = await call().finally(() => over.abort())
  const tree = await readTree(dir)
  const seed = usedSeed(await seeding, tree)
  if (await seedHolds(seed, plan.references, registry)) {
    const bytes = seed.reduce((sum, { size }) => sum + size, 0)
    if (bytes > 0) host.log.info(`${formatBytes(bytes)} are in the registry already and stayed on the daemon`)
    const [repository] = repositoriesOf(plan.references)
    const elsewhere = new Map(repository ? seed.map(({ digest }) => [digest, repository] as const) : [])
    return { ...first, content: { kind: 'layout', dir, tree, elsewhere } }
  }
  host.log.info('The registry has lost layers of the image before: exporting all of them')
  rmSync(dir, { recursive: true })
  mkdirSync(dir)
  return { ...(await call()), content: { kind: 'layout', dir, tree: await readTree(dir) } }
}

async function readTree(dir: string): Promise<ImageTree> {
  return walkImage(await readLayout(dir), (descriptor) => readBlob(dir, descriptor))
}
