import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type {
  ContainerImage,
  ContainerSpec,
  Containers,
  PlannedContainers,
} from '../../../src/containers/containers.ts'
import { planDockerContainers } from '../../../src/containers/docker/plan-docker-containers.ts'
import { openContainers } from '../../../src/containers/open-containers.ts'
import { planPodmanContainers } from '../../../src/containers/podman/plan-podman-containers.ts'
import { probeDocker } from '../../../src/facts/docker.ts'
import { dockerConfigDirOf, findDockerEndpoint } from '../../../src/facts/docker-endpoint.ts'
import { findPodman } from '../../../src/facts/podman.ts'
import type { Host } from '../../../src/host/host.ts'
import { layoutStore, writeBlob } from '../../../src/oci/layout.ts'
import { makeImage } from '../../../src/oci/make-image.ts'
import { mediaType } from '../../../src/oci/media-type.ts'
import { parsePlatform } from '../../../src/oci/platform.ts'
import { createTestHost } from '../../support/host.ts'
import { seededPart } from '../../support/seeded-part.ts'
import { containerOf } from '../../support/smoke-test.ts'
import { tempFolder } from '../../support/temp.ts'
import { pull } from './pull.ts'
import { part, type Rig } from './rig.ts'

/** One implementation of `Containers`, on a real engine. */
export type ContainersRow = {
  readonly name: string
  readonly needs: readonly (keyof Rig)[]
  /** Environment of the step. */
  readonly env: () => Readonly<Record<string, string>>
  readonly plan: (host: Host) => Promise<PlannedContainers>
  readonly network: 'bridge' | 'host'
  /** The network in which ports are published; absent if the engine has none on this machine. */
  readonly publishes?: 'bridge' | 'slirp4netns'
  /** Whether the engine binds a published port, also where its bridge does not work. */
  readonly bindsPorts: boolean
}

async function planDaemon(host: Host): Promise<PlannedContainers> {
  const endpoint = findDockerEndpoint({ env: host.env, os: host.os }, dockerConfigDirOf(host.env))
  const server = await probeDocker(host, endpoint)
  if (server.kind !== 'server') throw new Error(server.reason)
  return planDockerContainers(server)
}

async function planProgram(host: Host): Promise<PlannedContainers> {
  const podman = await findPodman(host)
  if (podman.kind !== 'podman') throw new Error(podman.reason)
  return planPodmanContainers({ ...podman, name: 'podman' })
}

const daemon = (title: string, name: 'docker' | 'docker20'): ContainersRow => ({
  name: title,
  needs: [name],
  env: () => ({ DOCKER_HOST: part(name).host }),
  plan: planDaemon,
  network: 'bridge',
  publishes: 'bridge',
  bindsPorts: true,
})

function podmanPart(version: string): NonNullable<Rig['podman']>[number] {
  const found = part('podman').find((one) => one.version === version)
  if (found === undefined) throw new Error(`The rig has no Podman ${version}`)
  return found
}

// The rig's Podman has no netavark (4.3) or no working nft (5.8), so its containers use the network of the machine, or that of slirp4netns,
// which publishes ports without packet filter rules.
const podmanProgram = (version: string): ContainersRow => ({
  name: `podman ${version}`,
  needs: ['podman'],
  env: () => ({ PATH: `${podmanPart(version).bin}:/usr/sbin:/usr/bin:/sbin:/bin` }),
  plan: planProgram,
  network: 'host',
  publishes: 'slirp4netns',
  bindsPorts: true,
})
const podmanSocket = (version: string, bindsPorts: boolean): ContainersRow => ({
  name: `Podman ${version} behind a Docker socket`,
  needs: ['podman'],
  env: () => ({ DOCKER_HOST: podmanPart(version).host }),
  plan: planDaemon,
  network: 'host',
  bindsPorts,
})

/** Docker's rows, and another of Podman's each day. */
export const containersRows: readonly ContainersRow[] = [
  daemon('Docker 28, containerd image store', 'docker'),
  daemon('Docker 20, classic image store', 'docker20'),
  ...seededPart(
    [podmanProgram('4.3.1'), podmanProgram('5.8.6'), podmanSocket('4.3.1', false), podmanSocket('5.8.6', true)],
    4,
  ),
]

/** A step with containers: a directory of its own, and an environment. */
export type ContainersStep = {
  readonly containers: Containers
  readonly host: Host
  /** Environment of the post step. */
  readonly env: Readonly<Record<string, string>>
}

export async function openStep(row: ContainersRow): Promise<ContainersStep> {
  const parent = tempFolder()
  const env = { PATH: process.env['PATH'] ?? '', ...row.env(), RUNNER_TEMP: parent }
  const host = createTestHost({ env, tempDir: mkdtempSync(join(parent, 'polyarch-')) })
  onTestFinished(host.close)
  return { containers: await openContainers(await row.plan(host), host), host, env }
}

/** The base image of the rig for one platform, as the engine that built it would return it. */
export async function baseImage(name: string, { platform = 'linux/amd64' } = {}): Promise<ContainerImage> {
  const [repository = '', tag = ''] = part('base').split(/:(?=[^:/]*$)/)
  const pulled = await pull(repository, tag)
  const found = pulled.platforms.find((one) => one.platform === platform)
  if (found === undefined) throw new Error(`The base has no ${platform}`)
  const dir = tempFolder()
  const layers = []
  for (const layer of await found.layers()) layers.push(await writeBlob(dir, layer, mediaType.ociLayerGzip))
  const config = await writeBlob(dir, Buffer.from(JSON.stringify(found.config)), mediaType.ociConfig)
  const tree = makeImage([{ platform: parsePlatform(platform), config, layers }], {})
  const [image] = tree.images
  if (image === undefined) throw new Error('No image')
  const all = { tree, blobs: layoutStore(dir), inherited: new Map() }
  return { name, platform: parsePlatform(platform), content: { image, all }, stored: undefined }
}

/** A container without settings, with the given differences. */
export function specOf(image: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    image,
    platform: parsePlatform('amd64'),
    entrypoint: undefined,
    command: undefined,
    user: undefined,
    workdir: undefined,
    addHosts: [],
    env: {},
    ports: [],
    volumes: [],
    lifetime: 60_000,
    options: containerOf(),
    ...more,
  }
}
