import { randomBytes } from 'node:crypto'
import { digestOf } from '../src/oci/digest.ts'
import { mediaType } from '../src/oci/media-type.ts'
import { createJob, type Job, type StepOptions } from '../test/e2e/support/action.ts'
import { startFaultProxy } from '../test/e2e/support/fault-proxy.ts'
import { part } from '../test/e2e/support/rig.ts'
import type { RequestKind } from '../test/support/fault.ts'
import type { Case, MakeCases } from './case.ts'
import type { Peers } from './peers.ts'
import { otherDist, runQuietly, runStepOf } from './sides.ts'

const rounds = 7
const architectures = ['amd64', 'arm64', '386', 'ppc64le', 's390x', 'riscv64', 'loong64', 'mips64le']

/** Existing images in a repository: a digest per platform. */
async function pushImages(repository: string, count: number): Promise<readonly string[]> {
  const [host, ...path] = repository.split('/')
  const base = `http://${host}/v2/${path.join('/')}`
  const putBlob = async (bytes: Uint8Array) => {
    const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST' })
    const location = new URL(started.headers.get('location') ?? '', base)
    location.searchParams.set('digest', digestOf(bytes))
    await fetch(location, { method: 'PUT', body: Buffer.from(bytes) })
    return { digest: digestOf(bytes), size: bytes.length }
  }
  const digests: string[] = []
  for (let at = 0; at < count; at++) {
    const layer = await putBlob(randomBytes(10_000))
    const architecture = architectures[at % architectures.length] ?? 'amd64'
    const variant = at < architectures.length ? {} : { variant: `v${Math.floor(at / architectures.length)}x` }
    const config = { os: 'linux', architecture, ...variant, rootfs: { type: 'layers', diff_ids: [layer.digest] } }
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaType.ociManifest,
        config: { mediaType: mediaType.ociConfig, ...(await putBlob(Buffer.from(JSON.stringify(config)))) },
        layers: [{ mediaType: mediaType.ociLayer, ...layer }],
      }),
    )
    const digest = digestOf(manifest)
    await fetch(`${base}/manifests/${digest}`, {
      method: 'PUT',
      headers: { 'content-type': mediaType.ociManifest },
      body: manifest,
    })
    digests.push(digest)
  }
  return digests
}

type Join = {
  readonly job: Job
  readonly repository: string
  readonly digests: readonly string[]
  readonly tags: readonly string[]
}

async function runImagetools({ job, repository, digests, tags }: Join): Promise<void> {
  const names = tags.flatMap((tag) => ['--tag', `${repository}:${tag}`])
  const sources = digests.map((digest) => `${repository}@${digest}`)
  const options = { cwd: job.workspace, env: { ...job.env, DOCKER_HOST: part('docker').host } }
  await runQuietly('docker', ['buildx', 'imagetools', 'create', ...names, ...sources], options)
}

async function runMerge({ job, repository, digests, tags }: Join, options: StepOptions = {}): Promise<void> {
  const inputs = { mode: 'merge', images: repository, tags: tags.join(), digests: digests.join(), push: 'true' }
  await runStepOf(job, inputs, options)
}

/** Milliseconds of each request through the proxy. */
const latency = 50
const kinds: readonly RequestKind[] = [
  ...(['ping', 'blob-head', 'blob-get', 'mount', 'upload-start', 'upload-put', 'upload-cancel'] as const),
  ...(['manifest-head', 'manifest-get', 'manifest-put'] as const),
]

/**
 * The cost of joining: `mode: merge` against `docker buildx imagetools create`, both from the digests of single manifests in the same
 * repository, once on this machine and once with the latency of a registry on the internet.
 */
export const joinCases: MakeCases = (peers) =>
  [0, latency].flatMap((milliseconds) =>
    [2, 8, 20].flatMap((platforms) => [1, 10].map((tags) => joinCase({ milliseconds, platforms, tags }, peers))),
  )

type Shape = { readonly milliseconds: number; readonly platforms: number; readonly tags: number }

function joinCase({ milliseconds, platforms, tags }: Shape, peers: Peers): Case {
  const name = `${platforms} platforms, ${tags} ${tags === 1 ? 'tag' : 'tags'}${milliseconds === 0 ? '' : `, ${milliseconds} ms`}`
  return {
    group: 'join',
    name,
    needs: ['docker', 'registry'],
    begin: async () => {
      const proxy = await startFaultProxy({ registry: part('registry').host })
      for (const on of milliseconds === 0 ? [] : kinds) {
        proxy.misbehave({ on, do: 'delay', milliseconds, times: Number.POSITIVE_INFINITY })
      }
      const job = createJob({})
      const path = `bench/join-${randomBytes(4).toString('hex')}`
      const digests = await pushImages(`${part('registry').host}/${path}`, platforms)
      const repository = `${milliseconds === 0 ? part('registry').host : proxy.host}/${path}`
      let round = 0
      const join = () => ({
        ...{ job, repository, digests },
        tags: Array.from({ length: tags }, (_, at) => `r${round}-${at}`),
      })
      return {
        contest: {
          name,
          rounds,
          prepare: () => void round++,
          ours: () => runMerge(join()),
          rivals: [
            { name: '`docker buildx imagetools create`', run: () => runImagetools(join()) },
            ...otherDist(peers, (dist) => runMerge(join(), { dist })),
          ],
          ...(milliseconds === 0 ? {} : { requests: () => proxy.journal.length }),
        },
        end: async () => {
          job.remove()
          await proxy.close()
        },
      }
    },
  }
}
