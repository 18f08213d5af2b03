import { member } from '../../bounds/json.ts'
import { ActionError, type ErrorCode } from '../../errors/action-error.ts'

/** What a pod's only container does. */
export type PodState =
  /** `reason` and `message` are Kubernetes' words for what it waits for; empty if it says nothing. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly message: string }
  | { readonly kind: 'running' }
  /** `exit` is undefined for a container that was never started. */
  | { readonly kind: 'ended'; readonly exit: number | undefined; readonly reason: string; readonly message: string }

/**
 * Returns the state of a pod's container. The phase of the pod lags behind: it is `Running` while the container has ended already.
 * https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-states
 */
export function stateOf(pod: unknown): PodState {
  const status = member(pod, 'status')
  const state = member(first(member(status, 'containerStatuses')), 'state')
  const terminated = member(state, 'terminated')
  if (terminated !== undefined) {
    const exit = member(terminated, 'exitCode')
    const reason = textOf(terminated, 'reason')
    const isStarted = !unstarted.has(reason)
    return { kind: 'ended', exit: isStarted && typeof exit === 'number' ? exit : undefined, ...wordsOf(terminated) }
  }
  if (member(state, 'running') !== undefined) return { kind: 'running' }
  // A node that does not admit a pod, or evicts it before its start.
  if (textOf(status, 'phase') === 'Failed') return { kind: 'ended', exit: undefined, ...wordsOf(status) }
  const waiting = member(state, 'waiting')
  if (waiting !== undefined) return { kind: 'waiting', ...wordsOf(waiting) }
  return { kind: 'waiting', ...scheduling(member(status, 'conditions')) }
}

/** The runtime's failures to start a process: of containerd, CRI-O and Docker. */
const unstarted = new Set(['StartError', 'ContainerCannotRun', 'ContainerStatusUnknown'])

function scheduling(conditions: unknown): Words {
  const found = Array.isArray(conditions)
    ? conditions.find((one: unknown) => textOf(one, 'type') === 'PodScheduled' && textOf(one, 'status') === 'False')
    : undefined
  return wordsOf(found)
}

type Words = { readonly reason: string; readonly message: string }

function wordsOf(value: unknown): Words {
  return { reason: textOf(value, 'reason'), message: textOf(value, 'message') }
}

/** Why a pod does not start: the container itself, for the smoke test, or the cluster. */
export type StartProblem = { readonly reason: string } | ActionError

/** Milliseconds that a problem may last that can go away: a registry that does not answer, a node that another pod leaves. */
const patience = 30_000

/** Returns why a pod will not start, if that is certain; `waited` is how long it has waited for the same reason, in milliseconds. */
export function startProblem(state: PodState, image: string, waited: number): StartProblem | undefined {
  if (state.kind === 'running') return undefined
  const { reason, message } = state
  if (state.kind === 'ended') {
    if (state.exit !== undefined) return undefined
    return unstarted.has(reason) ? { reason: message || reason } : clusterProblem(reason, message)
  }
  const found = recognizeWaiting(reason, message)
  if (found === undefined) return undefined
  if (found === 'container') return { reason: message || reason }
  if (found.lasting !== true && waited < patience) return undefined
  const of = found.code === 'engine-failed' ? '' : ` from ${image}`
  return new ActionError(found.code, `Cannot start the pod of the smoke test${of}: ${message || reason} (${reason})`, {
    hint: found.hint,
  })
}

type Waiting = { readonly code: ErrorCode; readonly hint: string; readonly lasting?: true }

function recognizeWaiting(reason: string, message: string): Waiting | 'container' | undefined {
  if (/^(?:CreateContainerError|CreateContainerConfigError|RunContainerError|PreCreateHookError)$/.test(reason)) {
    return 'container'
  }
  if (reason === 'Unschedulable') {
    return {
      code: 'engine-failed',
      hint: 'Add a node that can run the pod, or lower `memory` and `cpus` of `smoke-test`.',
    }
  }
  if (
    !/^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable)$/.test(
      reason,
    )
  ) {
    return undefined
  }
  if (/not ?found|manifest unknown|InvalidImageName|ErrImageNeverPull/i.test(`${reason} ${message}`)) {
    return {
      code: 'image-not-found',
      lasting: true,
      hint: 'The nodes of the cluster pull the image: the registry must have the same name and content for them as for this step.',
    }
  }
  if (/unauthorized|authori[sz]ation failed|denied|forbidden|401|403/i.test(message)) {
    return {
      code: 'registry-denied',
      lasting: true,
      hint: 'The nodes of the cluster pull the image: add credentials for the registry to the step, or an image pull secret to the service account of the namespace.',
    }
  }
  if (/server gave HTTP response to HTTPS client|x509:|certificate/i.test(message)) {
    return {
      code: 'registry-unreachable',
      lasting: true,
      hint: 'The container runtime of the nodes must trust the registry: configure it there, as with `hosts.toml` of containerd.',
    }
  }
  return {
    code: 'registry-unreachable',
    hint: 'The nodes of the cluster pull the image: they must reach the registry.',
  }
}

function clusterProblem(reason: string, message: string): ActionError {
  return new ActionError('engine-failed', `Cannot run the pod of the smoke test: ${message || reason || 'it failed'}`, {
    hint: 'Look at the events of the namespace: `kubectl get events`.',
  })
}

function first(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined
}

function textOf(value: unknown, key: string): string {
  const found = member(value, key)
  return typeof found === 'string' ? found : ''
}
