import { isObject, member } from '../../bounds/json.ts'
import { limits } from '../../bounds/limits.ts'
import { readLimited } from '../../bounds/read-limited.ts'
import { recordTask } from '../../cleanup/cleanup.ts'
import { ActionError } from '../../errors/action-error.ts'
import { cancelled } from '../../errors/cancelled.ts'
import type { Host } from '../../host/host.ts'
import { pause } from '../../host/pause.ts'
import { within } from '../../host/within.ts'
import { apiFailure, askApi, callApi, type KubeAnswer, readAnswer } from '../../kubernetes/api.ts'
import type { KubeCluster } from '../../kubernetes/cluster.ts'
import { forwardPort } from '../../kubernetes/forward-port.ts'
import { readKubeconfig } from '../../kubernetes/kubeconfig.ts'
import { nodesPath, platformsOfNodes } from '../../kubernetes/nodes.ts'
import type { Toleration } from '../../kubernetes/tolerations.ts'
import type { Platform } from '../../oci/types.ts'
import type {
  ContainerImage,
  ContainerSpec,
  ContainerStatus,
  Containers,
  NotStarted,
  PlannedContainers,
  PushedImage,
} from '../containers.ts'
import { logLines } from '../log-lines.ts'
import type { KubeContainersSpec } from './plan-kube-containers.ts'
import {
  architectureToleration,
  containerName,
  envData,
  isHostGateway,
  jobOf,
  nameLabel,
  ownedSecret,
} from './pod-spec.ts'
import { type PodState, startProblem, stateOf } from './pod-state.ts'
import { removePod } from './remove-pod.ts'

/** Milliseconds for a pod to start: its image is pulled first. */
const startTimeout = 600_000
/** Milliseconds between two questions to the API. */
const firstPause = 150
const longestPause = 1_000
/** Seconds before a container that does not stop is killed. */
const stopGrace = 10

/** A namespace of a cluster. */
type Place = {
  readonly cluster: KubeCluster
  readonly namespace: string
  readonly tolerations: readonly Toleration[]
  readonly host: Host
}

/** Returns containers that run as pods. The cluster is looked for when it is first needed. */
export function open({ spec }: PlannedContainers<KubeContainersSpec>, host: Host): Containers {
  const images = new Map<string, PushedImage>()
  let found: Promise<Place> | undefined
  const place = (): Promise<Place> => {
    found ??= findPlace(spec, host)
    return found
  }
  let nodes: Promise<readonly Platform[]> | undefined
  const natives = async (): Promise<readonly Platform[]> => {
    nodes ??= platformsOf(await place())
    return await nodes
  }
  const ignored = new Set<string>()
  const warnOfGateway = (entry: string): void => {
    if (ignored.has(entry)) return
    ignored.add(entry)
    host.log.warning(`\`add-hosts\` ${entry} is ignored: a pod has no address of the machine that runs this step`)
  }
  return {
    ensureImage: async (image) => {
      const pushed = pushedOf(image)
      images.set(pushed.reference, pushed)
      return pushed.reference
    },
    natives,
    // The nodes keep it as long as they need the space for nothing else.
    removeImage: async () => undefined,
    run: async (name, container) => {
      container.addHosts.filter(isHostGateway).forEach(warnOfGateway)
      return await run(name, container, {
        place: await place(),
        natives: await natives(),
        pushed: images.get(container.image),
      })
    },
    status: async (name) => await status(name, await place()),
    wait: async (name, signal) => await wait(name, signal, await place()),
    reach: async (name, port, signal) => await reach(name, port, signal, await place()),
    logs: async (name) => await logs(name, await place()),
    stop: async (name) => await stop(name, await place()),
    remove: async (name) => {
      const { cluster, namespace } = await place()
      await removePod({ name, namespace }, cluster, host)
    },
  }
}

async function findPlace({ context, namespace, tolerations }: KubeContainersSpec, host: Host): Promise<Place> {
  const cluster = await readKubeconfig(host, { context })
  return { cluster, namespace: namespace ?? cluster.namespace, tolerations, host }
}

function pushedOf({ pushed }: ContainerImage): PushedImage {
  if (pushed !== undefined) return pushed
  throw new ActionError('feature-missing', 'Cannot run the smoke test on Kubernetes: the image is not in a registry', {
    hint: 'A cluster pulls images from a registry: set `push: true`, and remove `outputs`.',
  })
}

async function platformsOf({ cluster, tolerations, host }: Place): Promise<readonly Platform[]> {
  const answer = await askApi(cluster, { method: 'GET', path: nodesPath }, host)
  // The service account of a namespace is mostly not authorized to list the nodes of the cluster.
  if (!answer.ok) return []
  const platforms = platformsOfNodes(answer.body, [...tolerations, architectureToleration])
  return [...new Map(platforms.map((one) => [`${one.os}/${one.architecture}`, one])).values()]
}

type RunOptions = {
  readonly place: Place
  readonly natives: readonly Platform[]
  readonly pushed: PushedImage | undefined
}

async function run(
  name: string,
  spec: ContainerSpec,
  { place, natives, pushed }: RunOptions,
): Promise<NotStarted | undefined> {
  const { cluster, namespace, tolerations, host } = place
  const login = await pushed?.login()
  const envSecret = Object.keys(spec.env).length === 0 ? undefined : `${name}-env`
  const pullSecret = login === undefined ? undefined : `${name}-pull`
  recordTask(host.tempDir, { kind: 'pod', name, namespace, server: cluster.server, context: cluster.context })
  const jobs = `/apis/batch/v1/namespaces/${namespace}/jobs`
  const job = await create('the Job', jobs, jobOf(name, spec, { envSecret, pullSecret, natives, tolerations }), {
    name,
    place,
  })
  const owner = { name, uid: String(['metadata', 'uid'].reduce(member, job)) }
  const secrets = `/api/v1/namespaces/${namespace}/secrets`
  if (envSecret !== undefined) {
    const secret = ownedSecret(envSecret, { type: 'Opaque', stringData: envData(spec.env), owner })
    await create('the Secret', secrets, secret, { name: envSecret, place })
  }
  if (pullSecret !== undefined && login !== undefined && pushed !== undefined) {
    const { username, password } = login
    const auth = Buffer.from(`${username}:${password.reveal()}`).toString('base64')
    // Nodes know Docker Hub by the name of its first API.
    const server = pushed.registry === 'docker.io' ? 'https://index.docker.io/v1/' : pushed.registry
    const stringData = { '.dockerconfigjson': JSON.stringify({ auths: { [server]: { auth } } }) }
    const secret = ownedSecret(pullSecret, { type: 'kubernetes.io/dockerconfigjson', stringData, owner })
    await create('the Secret', secrets, secret, { name: pullSecret, place })
  }
  if (envSecret !== undefined || pullSecret !== undefined) await resume(name, place)
  return await started(name, spec.image, place)
}

type Created = { readonly name: string; readonly place: Place }

/** Creates an object whose name is unique to this run, so that one that exists is from an answer that was lost. */
async function create(what: string, path: string, body: object, { name, place }: Created): Promise<unknown> {
  const { cluster, namespace, host } = place
  const made = await askApi(cluster, { method: 'POST', path, body }, host)
  const answer =
    made.reason === 'AlreadyExists' ? await askApi(cluster, { method: 'GET', path: `${path}/${name}` }, host) : made
  if (!answer.ok) throw apiFailure(`create ${what} ${name} of the smoke test in the namespace ${namespace}`, answer)
  return answer.body
}

async function resume(name: string, { cluster, namespace, host }: Place): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' }
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/${name}`
  const answer = await askApi(cluster, { method: 'PATCH', path, headers, body: { spec: { suspend: false } } }, host)
  if (!answer.ok) throw apiFailure(`start the Job ${name} of the smoke test in the namespace ${namespace}`, answer)
}

/** Waits until the container has started. */
async function started(name: string, image: string, place: Place): Promise<NotStarted | undefined> {
  const { host } = place
  const begun = host.clock.now().getTime()
  let [reason, since] = ['', begun]
  for (let turn = 0; ; turn += 1) {
    const pod = await findPod(name, place)
    const state: PodState = pod === undefined ? await withoutPod(name, place) : stateOf(pod)
    const now = host.clock.now().getTime()
    // Two words for one state, which take turns.
    const current = state.kind === 'waiting' ? state.reason.replace('ImagePullBackOff', 'ErrImagePull') : state.kind
    if (current !== reason) [reason, since] = [current, now]
    const problem = startProblem(state, image, now - since)
    if (problem instanceof ActionError) throw problem
    if (problem !== undefined) return problem
    if (state.kind !== 'waiting') return undefined
    if (now - begun > startTimeout) throw notInTime(state.message || state.reason)
    await pauseAt(turn, host)
  }
}

function notInTime(found: string): ActionError {
  return new ActionError(
    'engine-failed',
    `The pod of the smoke test did not start within ${startTimeout / 1000} s: ${found || 'Kubernetes names no reason'}`,
    { hint: 'Look at the events of the namespace: `kubectl get events`.' },
  )
}

/** Returns why the Job has no pod yet. @throws ActionError if the cluster does not admit one */
async function withoutPod(name: string, { cluster, namespace, host }: Place): Promise<PodState> {
  const selector = new URLSearchParams({ fieldSelector: `involvedObject.name=${name},reason=FailedCreate`, limit: '5' })
  const path = `/api/v1/namespaces/${namespace}/events?${selector}`
  const events = itemsOf(await askApi(cluster, { method: 'GET', path }, host))
  const message = events.map((event) => member(event, 'message')).find((text) => typeof text === 'string')
  if (message === undefined) return { kind: 'waiting', reason: '', message: '' }
  throw new ActionError(
    'builder-denied',
    `Cannot create the pod of the smoke test in the namespace ${namespace}: ${message}`,
    { hint: 'Use another namespace, or change the policy or quota of this one.' },
  )
}

async function findPod(name: string, { cluster, namespace, host }: Place): Promise<unknown> {
  const selector = new URLSearchParams({ labelSelector: `${nameLabel}=${name}`, limit: '1' })
  const path = `/api/v1/namespaces/${namespace}/pods?${selector}`
  const answer = await askApi(cluster, { method: 'GET', path }, host)
  if (!answer.ok) throw apiFailure(`list the pods of the smoke test in the namespace ${namespace}`, answer)
  return itemsOf(answer)[0]
}

function itemsOf({ body }: KubeAnswer): readonly unknown[] {
  const items = member(body, 'items')
  return Array.isArray(items) ? items.filter(isObject) : []
}

async function pauseAt(turn: number, { clock, signal }: Host): Promise<void> {
  await pause(Math.min(firstPause * 1.3 ** turn, longestPause), { clock, signal })
}

async function status(name: string, place: Place): Promise<ContainerStatus> {
  const pod = await findPod(name, place)
  if (pod === undefined) return { kind: 'absent' }
  const state = stateOf(pod)
  return state.kind === 'ended' ? { kind: 'stopped', exit: state.exit } : { kind: 'running' }
}

async function wait(name: string, signal: AbortSignal, place: Place): Promise<number> {
  const host = within(place.host, signal)
  try {
    for (let turn = 0; ; turn += 1) {
      const pod = await findPod(name, { ...place, host })
      const state = pod === undefined ? undefined : stateOf(pod)
      if (state?.kind === 'ended') return exitOf(state)
      if (state === undefined) throw endedByOthers('the pod was deleted')
      await pauseAt(turn, host)
    }
  } catch (error) {
    if (place.host.signal.aborted) throw cancelled('the smoke test')
    if (signal.aborted) throw signal.reason
    throw error
  }
}

function exitOf({ exit, reason, message }: Extract<PodState, { kind: 'ended' }>): number {
  if (exit !== undefined) return exit
  throw endedByOthers(message || reason)
}

function endedByOthers(found: string): ActionError {
  return new ActionError('engine-failed', `Cannot watch the pod of the smoke test: ${found}`, {
    hint: 'Run the job again: the cluster ended the pod, for example because its node went away.',
  })
}

async function reach(name: string, port: number, signal: AbortSignal, place: Place): Promise<string | undefined> {
  const { cluster, namespace, host } = place
  const pod = await findPod(name, place)
  if (pod === undefined || stateOf(pod).kind === 'ended' || signal.aborted) return undefined
  const local = await forwardPort(cluster, { namespace, pod: nameOf(pod), port }, within(host, signal))
  return `http://127.0.0.1:${local}`
}

function nameOf(pod: unknown): string {
  return String(['metadata', 'name'].reduce(member, pod))
}

async function logs(name: string, place: Place): Promise<readonly string[]> {
  const { cluster, namespace, host } = place
  const pod = await findPod(name, place)
  if (pod === undefined) return []
  const path = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}/log?container=${containerName}`
  const response = await callApi(cluster, { method: 'GET', path }, host)
  if (response.status === 200) return logLines(await readLimited(response.body, limits.containerLog))
  const answer = await readAnswer(response)
  // 400: the container has not started.
  if (answer.status === 404 || answer.status === 400) return []
  throw apiFailure(`read the log of the pod ${nameOf(pod)} of the smoke test`, answer)
}

/** Kubernetes stops a container only by deleting its pod, with its log. */
async function stop(name: string, place: Place): Promise<void> {
  const { cluster, namespace, host } = place
  const pod = await findPod(name, place)
  if (pod === undefined) return
  const path = `/api/v1/namespaces/${namespace}/pods/${nameOf(pod)}?gracePeriodSeconds=${stopGrace}`
  const answer = await askApi(cluster, { method: 'DELETE', path }, host)
  if (!answer.ok && answer.status !== 404) throw apiFailure(`stop the pod ${nameOf(pod)}`, answer)
}
