import { createHash, randomBytes } from 'node:crypto'
import type { Fault, FaultAction, RequestKind } from '../../support/fault.ts'
import { createJob, runStep, type StepResult } from './action.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { pull } from './pull.ts'
import { part } from './rig.ts'

export type EngineName = 'embedded' | 'docker' | 'remote'

/** A request of the step, selected among those of its kind. */
export type Point = {
  readonly name: string
  readonly on: RequestKind
  /** What its path must contain; REPOSITORY stands for that of the case. */
  readonly path?: string
  readonly skip?: number
  readonly by: 'step' | 'builder'
  /** Whether to use the registry with bearer tokens instead of the open one. */
  readonly token?: boolean
  /** Whether the repository is empty: otherwise one request looks for a small blob and opens its upload. */
  readonly isNew?: boolean
  /** Random bytes of a file, so that its layer is at least as large. */
  readonly bytes?: number
  /** Bytes; the proxy rejects requests with larger bodies. */
  readonly largestBody?: number
}

export type FaultCase = {
  readonly engine: EngineName
  readonly point: Point
  readonly fault: { readonly name: string; readonly action: FaultAction; readonly times?: number }
  /** Faults before the one under test, which lead to its request. */
  readonly before?: (proxy: FaultProxy) => void
  readonly inputs?: Readonly<Record<string, string>>
}

export type Outcome = {
  readonly engine: EngineName
  readonly point: string
  readonly fault: string
  /** Whether the fault happened. */
  readonly reached: boolean
  readonly survived: boolean
  /** Violations of the rules for any outcome. Empty if there is no violation. */
  readonly wrong: readonly string[]
  readonly step: StepResult
}

const nowhere = 'unix:///nonexistent/docker.sock'

const engines: Readonly<Record<EngineName, () => { readonly host: string; readonly inputs: Record<string, string> }>> =
  {
    embedded: () => ({ host: nowhere, inputs: { engine: 'embedded' } }),
    docker: () => ({ host: part('docker').host, inputs: {} }),
    remote: () => ({ host: nowhere, inputs: { driver: 'remote', endpoint: part('buildkitd')[0] ?? '' } }),
  }

/** Runs the step once against a faulty registry, and checks the registry, whose `latest` was another image before, unless the point is in an empty repository, and this machine. */
export async function runFaultCase({ engine, point, fault, before, inputs = {} }: FaultCase): Promise<Outcome> {
  // Only for this run: content that an earlier one pushed would not be requested.
  const repository = `e2e/faults/${Date.now().toString(36)}/${engine}-${point.by}-${slug(point.name)}-${slug(fault.name)}`
  const direct = point.token ? part('token') : part('registry')
  const proxy = await startFaultProxy({
    registry: direct.host,
    ...(point.token ? { realm: part('token').realm } : {}),
    ...(point.largestBody === undefined ? {} : { largestBody: point.largestBody }),
  })
  const old = point.isNew ? undefined : await putOldImage(`${direct.host}/${repository}`, point.token)
  before?.(proxy)
  const { on, by, skip = 0, path = '' } = point
  const times = fault.times ?? 1
  proxy.misbehave({ on, by, skip, times, path: path.replace('REPOSITORY', repository), ...fault.action } as Fault)

  const base = point.token ? part('base') : part('base').replace(direct.host, proxy.host)
  const content = `${repository} ${process.pid} ${process.hrtime.bigint()}\n`
  const job = createJob(
    {
      Dockerfile: `FROM ${base}\nCOPY --link hello /hello\n`,
      hello: point.bytes === undefined ? content : randomBytes(point.bytes).toString('base64'),
    },
    { DOCKER_HOST: engines[engine]().host },
  )
  const step = await runStep(job, {
    images: `${proxy.host}/${repository}`,
    tags: '1.2.3, latest',
    platforms: 'amd64, arm64',
    push: 'true',
    ...(point.token
      ? { registry: proxy.host, username: part('token').username, password: part('token').password }
      : {}),
    ...engines[engine]().inputs,
    ...inputs,
  })
  const uploads = proxy.openUploads()
  await proxy.close()
  job.remove()
  const reached = proxy.journal.some((request) => request.fault === fault.action.do)
  const survived = step.status === 0
  const wrong = [
    ...(await judgeTags(`${direct.host}/${repository}`, { step, old, token: point.token })),
    ...(step.leftovers.length > 0 ? [`left in the temporary folder: ${step.leftovers.join(', ')}`] : []),
    ...(step.post.log !== '' || step.post.status !== 0 ? [`post: ${step.post.log}`] : []),
    ...(survived || step.outputs['error-code'] !== 'internal' ? [] : ['an internal error']),
    // BuildKit leaves its own uploads open.
    ...(uploads.length > 0 && engine !== 'remote' ? [`${uploads.length} uploads are open`] : []),
  ]
  return { engine, point: point.name, fault: fault.name, reached, survived, wrong, step }
}

/** Success: both tags are the complete image. Failure: no tag was updated. Every tag can be pulled. */
async function judgeTags(
  name: string,
  {
    step,
    old,
    token,
  }: { readonly step: StepResult; readonly old: string | undefined; readonly token: boolean | undefined },
): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const tag of ['1.2.3', 'latest']) {
    try {
      const found = await pullWhole(name, tag, token)
      const expected = step.status === 0 ? step.outputs['digest'] : tag === 'latest' ? old : undefined
      if (found !== expected) wrong.push(`${tag} is ${found}, and should be ${expected}`)
    } catch (error) {
      wrong.push(`${tag} cannot be pulled: ${error}`)
    }
  }
  return wrong
}

/** The digest of a tag after all of its content was read; undefined if the tag does not exist. */
async function pullWhole(name: string, tag: string, token: boolean | undefined): Promise<string | undefined> {
  const authorization = token ? await bearer(name, 'pull') : undefined
  const headers = { ...(authorization ? { authorization } : {}) }
  const [host, ...path] = name.split('/')
  const there = await fetch(`http://${host}/v2/${path.join('/')}/tags/list`, { headers })
  const { tags = [] } = (await there.json()) as { tags?: readonly string[] }
  if (!tags.includes(tag)) return undefined
  const image = await pull(name, tag, { ...(authorization ? { authorization } : {}) })
  for (const { layers, layerDigests } of image.platforms) {
    const digests = (await layers()).map((layer) => digestOf(layer))
    if (digests.join() !== layerDigests.join()) throw new Error('a layer is damaged')
  }
  return image.digest
}

/** Puts an image without layers under `latest`, past the proxy. */
async function putOldImage(name: string, token: boolean | undefined): Promise<string> {
  const authorization = token ? await bearer(name, 'pull,push') : undefined
  const headers = { ...(authorization ? { authorization } : {}) }
  const [host, ...path] = name.split('/')
  const base = `http://${host}/v2/${path.join('/')}`
  const config = Buffer.from(
    '{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}',
  )
  const started = await fetch(`${base}/blobs/uploads/`, { method: 'POST', headers })
  const location = new URL(started.headers.get('location') ?? '', base)
  location.searchParams.set('digest', digestOf(config))
  await fetch(location, { method: 'PUT', headers, body: config })
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType,
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: digestOf(config),
      size: config.length,
    },
    layers: [],
  })
  const put = await fetch(`${base}/manifests/latest`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': mediaType },
    body: manifest,
  })
  if (!put.ok) throw new Error(`The registry does not take the image before: ${put.status} ${await put.text()}`)
  return digestOf(Buffer.from(manifest))
}

async function bearer(name: string, actions: string): Promise<string> {
  const { realm, username, password } = part('token')
  const url = new URL(realm)
  url.searchParams.set('service', 'polyarch-rig')
  url.searchParams.set('scope', `repository:${name.split('/').slice(1).join('/')}:${actions}`)
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  const answer = await fetch(url, { headers: { authorization: `Basic ${basic}` } })
  const { token } = (await answer.json()) as { token: string }
  return `Bearer ${token}`
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}
