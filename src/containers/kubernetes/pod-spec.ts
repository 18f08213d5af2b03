import type { Toleration } from '../../kubernetes/tolerations.ts'
import { normalizePlatform, runsNatively } from '../../oci/platform.ts'
import type { Platform } from '../../oci/types.ts'
import type { ContainerSpec } from '../containers.ts'

/** Name of the only container of a pod. */
export const containerName = 'smoke-test'

/** The label of a Job and its pod; its value is the name of the Job. */
export const nameLabel = 'app.kubernetes.io/instance'

/** Seconds before a container that does not stop is killed when its pod is deleted. */
const stopGrace = 1
/** Seconds for a pod to be scheduled and to pull its image, on top of the time that it is meant to run. */
const startAllowance = 900
/** Seconds after the end of a Job until the cluster deletes it. */
const keptAfterEnd = 300

export type JobOptions = {
  /** The name of the Secret with the values of variables; undefined if the container has no variables. */
  readonly envSecret: string | undefined
  /** The name of the Secret with the login for the registry. */
  readonly pullSecret: string | undefined
  /** The platforms of the cluster's nodes; empty if they are not known. */
  readonly natives: readonly Platform[]
  /** Besides those for the architecture of a node. */
  readonly tolerations: readonly Toleration[]
}

/** Tolerates the taint that pools of another architecture mostly have; a pod tolerates that of its own architecture only. */
export const architectureToleration: Toleration = {
  key: 'kubernetes.io/arch',
  operator: 'Exists',
  effect: 'NoSchedule',
}

/**
 * Returns the Job that runs a container once, as one pod. A Job and not a pod, because the cluster itself ends it after a deadline and deletes it with all
 * that it owns, even if this process is killed. With Secrets it is suspended until they exist. Pure.
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/
 */
export function jobOf(name: string, spec: ContainerSpec, options: JobOptions): object {
  const labels = { 'app.kubernetes.io/managed-by': 'polyarch', [nameLabel]: name }
  const annotations = spec.options.labels
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, labels },
    spec: {
      ...(options.envSecret === undefined && options.pullSecret === undefined ? {} : { suspend: true }),
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(spec.lifetime / 1000) + startAllowance,
      ttlSecondsAfterFinished: keptAfterEnd,
      template: {
        metadata: { labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
        spec: podSpec(spec, options),
      },
    },
  }
}

function podSpec(spec: ContainerSpec, { envSecret, pullSecret, natives, tolerations }: JobOptions): object {
  const { options, addHosts } = spec
  const { network, hostname, init } = options
  const hostAliases = aliasesOf(addHosts)
  const volumes = volumesOf(spec)
  return {
    restartPolicy: 'Never',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: stopGrace,
    ...placement(spec.platform, { natives, tolerations }),
    ...(hostAliases.length === 0 ? {} : { hostAliases }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(network === 'host' ? { hostNetwork: true } : {}),
    // The first process of the pod is one of Kubernetes', which ends orphans.
    ...(init === true ? { shareProcessNamespace: true } : {}),
    ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
    containers: [
      {
        name: containerName,
        image: spec.image,
        ...commandOf(spec),
        ...(envSecret === undefined
          ? {}
          : { env: Object.keys(spec.env).map((key, at) => variable(key, envSecret, at)) }),
        ...resourcesOf(options),
        securityContext: securityOf(spec),
        ...(volumes.length === 0
          ? {}
          : { volumeMounts: volumes.map(({ name, target, readOnly }) => ({ name, mountPath: target, readOnly })) }),
      },
    ],
    ...(volumes.length === 0 ? {} : { volumes: volumes.map(({ name, emptyDir }) => ({ name, emptyDir })) }),
  }
}

/** On a node that runs the platform natively if there is one; else on any, which must have an emulator. */
function placement(
  platform: Platform,
  { natives, tolerations: given }: Pick<JobOptions, 'natives' | 'tolerations'>,
): object {
  const { os, architecture } = normalizePlatform(platform)
  const suitable = natives.filter((node) => runsNatively(platform, node))
  const node = suitable.find((one) => one.architecture === architecture) ?? suitable[0]
  const arch = { key: 'kubernetes.io/arch', value: node?.architecture ?? architecture }
  const tolerations = [...given, { ...arch, operator: 'Equal', effect: 'NoSchedule' }]
  const nodeSelector = { 'kubernetes.io/os': os }
  if (node !== undefined) return { nodeSelector: { ...nodeSelector, [arch.key]: arch.value }, tolerations }
  if (natives.length > 0) return { nodeSelector, ...(given.length > 0 ? { tolerations: given } : {}) }
  const term = { matchExpressions: [{ key: arch.key, operator: 'In', values: [arch.value] }] }
  return {
    nodeSelector,
    tolerations,
    affinity: {
      nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: term }] },
    },
  }
}

/** Whether a host of `addHosts` has no address in a cluster: that of Docker's machine. */
export function isHostGateway(entry: string): boolean {
  return entry.endsWith(':host-gateway')
}

function aliasesOf(addHosts: readonly string[]): readonly object[] {
  const byAddress = new Map<string, string[]>()
  for (const entry of addHosts.filter((one) => !isHostGateway(one))) {
    const [, name = '', address = ''] = /^([^:]*):\[?(.*?)\]?$/s.exec(entry) ?? []
    byAddress.set(address, [...(byAddress.get(address) ?? []), name])
  }
  return [...byAddress].map(([ip, hostnames]) => ({ ip, hostnames }))
}

function commandOf({ entrypoint, command, workdir }: ContainerSpec): object {
  return {
    ...(entrypoint === undefined ? {} : { command: entrypoint.map(literal) }),
    ...(command === undefined ? {} : { args: command.map(literal) }),
    ...(workdir === undefined ? {} : { workingDir: workdir }),
  }
}

/** Kubernetes replaces `$(NAME)` in commands, and `$$` with `$`. */
function literal(word: string): string {
  return word.replaceAll('$', '$$$$')
}

function variable(name: string, secret: string, at: number): object {
  return { name, valueFrom: { secretKeyRef: { name: secret, key: envKey(at) } } }
}

/** The key of a variable in the Secret: a variable may have a name that a key must not have. */
function envKey(at: number): string {
  return `v${at}`
}

function resourcesOf({ memory, cpus }: ContainerSpec['options']): object {
  if (memory === undefined && cpus === undefined) return {}
  // A limit alone would reserve as much on a node.
  const requests = cpus === undefined ? {} : { requests: { cpu: `${Math.min(100, Math.round(cpus * 1000))}m` } }
  return {
    resources: {
      limits: {
        ...(memory === undefined ? {} : { memory: String(memory) }),
        ...(cpus === undefined ? {} : { cpu: `${Math.round(cpus * 1000)}m` }),
      },
      ...requests,
    },
  }
}

/** Returns the numbers of a user; undefined for a name, which only the image knows. */
export function podUser(user: string): { readonly runAsUser: number; readonly runAsGroup?: number } | undefined {
  const [, uid, gid] = /^(root|\d{1,10})(?::(root|\d{1,10}))?$/.exec(user) ?? []
  if (uid === undefined) return undefined
  const number = (text: string) => (text === 'root' ? 0 : Number(text))
  return { runAsUser: number(uid), ...(gid === undefined ? {} : { runAsGroup: number(gid) }) }
}

function securityOf({ user, options }: ContainerSpec): object {
  const { readOnly, privileged, capAdd, capDrop, securityOpt } = options
  const setting = (name: string) => {
    const found = securityOpt.find((option) => option === name || option.startsWith(`${name}=`))
    return found?.slice(name.length + 1)
  }
  const unconfined = privileged === true || setting('seccomp') === 'unconfined'
  const apparmor = setting('apparmor')
  const noNewPrivileges = setting('no-new-privileges')
  const capabilities = {
    ...(capAdd.length === 0 ? {} : { add: capAdd.map(capability) }),
    ...(capDrop.length === 0 ? {} : { drop: capDrop.map(capability) }),
  }
  return {
    ...(user === undefined ? {} : podUser(user)),
    ...(readOnly === undefined ? {} : { readOnlyRootFilesystem: readOnly }),
    ...(privileged === undefined ? {} : { privileged }),
    ...(Object.keys(capabilities).length === 0 ? {} : { capabilities }),
    ...(noNewPrivileges === undefined || noNewPrivileges === 'false' ? {} : { allowPrivilegeEscalation: false }),
    // As Docker does it.
    seccompProfile: { type: unconfined ? 'Unconfined' : 'RuntimeDefault' },
    ...(apparmor === undefined ? {} : { appArmorProfile: profile(apparmor) }),
  }
}

function capability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, '')
}

function profile(name: string): object {
  if (name === 'unconfined') return { type: 'Unconfined' }
  return name === 'docker-default' ? { type: 'RuntimeDefault' } : { type: 'Localhost', localhostProfile: name }
}

type PodVolume = {
  readonly name: string
  readonly target: string
  readonly readOnly: boolean
  readonly emptyDir: object
}

/** Only volumes without files of this machine: `podProblems` reports the others. */
function volumesOf({ volumes, options: { tmpfs, shmSize } }: ContainerSpec): readonly PodVolume[] {
  const empty = volumes.filter(({ source }) => source === undefined)
  const inMemory = [
    ...Object.entries(tmpfs).map(([target, settings]) => ({ target, size: /(?:^|,)size=([^,]*)/.exec(settings)?.[1] })),
    ...(shmSize === undefined ? [] : [{ target: '/dev/shm', size: String(shmSize) }]),
  ]
  return [
    ...empty.map(({ target, readOnly }, at) => ({ name: `volume-${at}`, target, readOnly, emptyDir: {} })),
    ...inMemory.map(({ target, size }, at) => ({
      name: `memory-${at}`,
      target,
      readOnly: false,
      emptyDir: { medium: 'Memory', ...(size === undefined ? {} : { sizeLimit: quantity(size) }) },
    })),
  ]
}

/** Returns a size such as `64m`, in powers of 1024, in Kubernetes' words. */
function quantity(size: string): string {
  const [, count, unit = ''] = /^(\d+)([kmgt]?)b?$/i.exec(size) ?? []
  return count === undefined ? size : `${count}${unit === '' ? '' : `${unit.toUpperCase()}i`}`
}

/** The owner of an object: the cluster deletes the object with it. */
export type Owner = { readonly name: string; readonly uid: string }

type SecretOptions = {
  readonly type: string
  readonly stringData: Readonly<Record<string, string>>
  readonly owner: Owner
}

/** Returns a Secret that a Job owns. */
export function ownedSecret(name: string, { type, stringData, owner }: SecretOptions): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'polyarch', [nameLabel]: owner.name },
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: owner.name, uid: owner.uid }],
    },
    type,
    immutable: true,
    stringData,
  }
}

/** Returns the data of the Secret with the values of a container's variables. */
export function envData(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.values(env).map((value, at) => [envKey(at), value]))
}
