import { member } from '../../../bounds/json.ts'
import { limits } from '../../../bounds/limits.ts'
import { ActionError, type ErrorCode } from '../../../errors/action-error.ts'

/** Why a pod of a builder does not run. */
export type BootProblem = {
  readonly code: ErrorCode
  /** Kubernetes' word for it, then its message: `Unschedulable: 0/1 nodes are available`. */
  readonly reason: string
  /** Name of the pod; undefined if it was not created. */
  readonly pod: string | undefined
  readonly hint: string
  /** Milliseconds for which Kubernetes may still solve it; 0: it cannot. */
  readonly patience: number
}

/** What the API says about a builder's Deployment. */
export type BootState = {
  readonly deployment: unknown
  readonly pods: readonly unknown[]
}

/** Milliseconds in which the kubelet retries twice. */
const secondTry = 20_000
/** Milliseconds for a pod that ends, or for an autoscaler to answer. */
const room = 15_000

/**
 * Returns why the pods of a Deployment do not run; undefined if they run, or if nothing is wrong yet. Texts are those of Kubernetes 1.36 with containerd 2.
 * https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/
 */
export function bootProblem({ deployment, pods }: BootState): BootProblem | undefined {
  return pods.map(podProblem).find((found) => found !== undefined) ?? creationProblem(deployment)
}

/** One of several nodes of a builder. */
export type BootPool = {
  readonly namespace: string
  /** What it builds, for messages: `linux/arm64 (nodeselector kubernetes.io/arch=arm64)`. Undefined if the builder has one node. */
  readonly pool?: string | undefined
}

/** Returns the error for a problem that does not end. */
export function bootError({ code, reason, pod, hint }: BootProblem, { namespace, pool }: BootPool): ActionError {
  const what = pod === undefined ? 'its pod cannot be created' : `the pod ${pod} does not start`
  return new ActionError(
    code,
    `Cannot start a kubernetes builder${pool === undefined ? '' : ` for ${pool}`}: ${what} in the namespace ${namespace}: ${reason}`,
    {
      hint,
    },
  )
}

/** The controller reports on the Deployment what the API answered when it created a pod. */
function creationProblem(deployment: unknown): BootProblem | undefined {
  const failure = listAt(member(deployment, 'status'), 'conditions').find(
    (one) => textAt(one, 'type') === 'ReplicaFailure' && textAt(one, 'status') === 'True',
  )
  if (failure === undefined) return undefined
  const reason = said(textAt(failure, 'reason'), textAt(failure, 'message'))
  const found = { reason, pod: undefined }
  if (/violates PodSecurity/i.test(reason))
    return { ...found, code: 'builder-denied', hint: podSecurityHint, patience: 0 }
  if (/exceeded quota/i.test(reason)) {
    const hint =
      'Request less (`requests.cpu=…`, `requests.memory=…` in `driver-opts`), or raise the quota of the namespace.'
    return { ...found, code: 'engine-failed', hint, patience: room }
  }
  if (/serviceaccount "[^"]{1,253}" not found/i.test(reason)) {
    const hint = 'Create the service account, or correct `serviceaccount=…` in `driver-opts`.'
    return { ...found, code: 'builder-not-found', hint, patience: 0 }
  }
  if (/is forbidden/i.test(reason)) {
    const hint = 'Change the policy that the message names, or use another namespace: `namespace=…` in `driver-opts`.'
    return { ...found, code: 'builder-denied', hint, patience: 0 }
  }
  const hint = 'Fix what the message names: `kubectl describe replicasets` in this namespace shows all events.'
  return { ...found, code: 'engine-failed', hint, patience: secondTry }
}

/** What to do where PodSecurity forbids the pod of BuildKit. */
export const podSecurityHint =
  'Use a namespace whose label pod-security.kubernetes.io/enforce is `privileged`: BuildKit needs it, with `rootless=true` in `driver-opts` too, which runs without seccomp.'

function podProblem(pod: unknown): BootProblem | undefined {
  const status = member(pod, 'status')
  const name = textAt(member(pod, 'metadata'), 'name')
  const scheduled = listAt(status, 'conditions').find((one) => textAt(one, 'type') === 'PodScheduled')
  if (textAt(scheduled, 'status') === 'False') {
    return {
      code: 'engine-failed',
      reason: said(textAt(scheduled, 'reason'), textAt(scheduled, 'message')),
      pod: name,
      hint: 'Check `nodeselector`, `tolerations`, `requests.cpu` and `requests.memory` in `driver-opts` against the nodes. If the cluster adds nodes on demand, set `timeout=10m`.',
      patience: room,
    }
  }
  if (textAt(status, 'phase') === 'Failed') {
    const reason = said(textAt(status, 'reason') || 'Failed', textAt(status, 'message'))
    return { code: 'engine-failed', reason, pod: name, hint: describeHint, patience: secondTry }
  }
  const containers = [
    // The only one that buildx adds sets up emulators.
    ...listAt(status, 'initContainerStatuses').map((container) => containerProblem(container, 'qemu.image')),
    ...listAt(status, 'containerStatuses').map((container) => containerProblem(container, 'image')),
  ]
  const found = containers.find((problem) => problem !== undefined)
  if (found !== undefined) return { ...found, pod: name }
  return undefined
}

/** `option` is the driver's option for the image of the container. */
function containerProblem(container: unknown, option: 'image' | 'qemu.image'): Omit<BootProblem, 'pod'> | undefined {
  const waiting = member(member(container, 'state'), 'waiting')
  const [word, message] = [textAt(waiting, 'reason'), textAt(waiting, 'message')]
  if (
    /^(?:ErrImagePull|ImagePullBackOff|ErrImageNeverPull|InvalidImageName|ImageInspectError|RegistryUnavailable)$/.test(
      word,
    )
  ) {
    return pullProblem(word, message, option)
  }
  const ended = member(member(container, 'lastState'), 'terminated') ?? member(member(container, 'state'), 'terminated')
  const restarts = member(container, 'restartCount')
  const crashed = word === 'CrashLoopBackOff' || (ended !== undefined && typeof restarts === 'number' && restarts > 0)
  if (crashed) return crashProblem(ended)
  if (/Error$/.test(word)) {
    // CreateContainerConfigError, CreateContainerError, RunContainerError.
    return { code: 'engine-failed', reason: said(word, message), hint: describeHint, patience: 0 }
  }
  return undefined
}

function pullProblem(word: string, message: string, option: 'image' | 'qemu.image'): Omit<BootProblem, 'pod'> {
  const reason = said(word, message)
  if (
    word === 'InvalidImageName' ||
    word === 'ErrImageNeverPull' ||
    /: not found|NotFound|manifest unknown/.test(message)
  ) {
    return {
      code: 'image-not-found',
      reason,
      hint: `Correct \`${option}=…\` in \`driver-opts\`. The default is ${option === 'image' ? 'moby/buildkit' : 'tonistiigi/binfmt'} from Docker Hub.`,
      patience: 0,
    }
  }
  if (/unauthorized|denied|forbidden|authorization failed|\b40[13]\b/i.test(message)) {
    return {
      code: 'registry-denied',
      reason,
      hint: `Give the service account of the pod (\`serviceaccount=…\` in \`driver-opts\`) an \`imagePullSecrets\` for this registry, or name a public image with \`${option}=…\`.`,
      patience: 0,
    }
  }
  const hint = `Check that the nodes of the cluster reach this registry, or name an image in another one: \`${option}=…\` in \`driver-opts\`.`
  return { code: 'engine-failed', reason, hint, patience: secondTry }
}

function crashProblem(ended: unknown): Omit<BootProblem, 'pod'> {
  const code = member(ended, 'exitCode')
  const status = typeof code === 'number' ? `the container exited with ${code}` : 'the container exits again and again'
  return {
    code: 'engine-failed',
    reason: said(
      textAt(ended, 'reason') || 'CrashLoopBackOff',
      [status, textAt(ended, 'message')].filter(isSet).join(': '),
    ),
    hint: 'Read its log with `kubectl logs`. BuildKit needs a privileged pod; `rootless=true` in `driver-opts` needs an image with the suffix -rootless.',
    patience: 0,
  }
}

const describeHint = 'Fix what the message names: `kubectl describe pods` in this namespace shows all events.'

function said(word: string, message: string): string {
  return [word, message].filter(isSet).join(': ').slice(0, limits.outputLine)
}

function isSet(text: string): boolean {
  return text !== ''
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found = member(value, key)
  return Array.isArray(found) ? found : []
}

function textAt(value: unknown, key: string): string {
  const found = member(value, key)
  return typeof found === 'string' ? found.trim() : ''
}
