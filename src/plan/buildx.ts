import type { Builder, DockerServer, Facts, LocalDaemon } from '../facts/facts.ts'
import type { Inputs } from '../inputs/inputs.ts'
import { chooseBuilder, type PlannedBuilder } from './builder.ts'
import { requireEngine } from './engine.ts'
import { wantsLoad } from './load.ts'
import { chooseMethod, type Method } from './method.ts'

/** What the buildx engine needs to know besides what is to be built. */
export type BuildxEngine = {
  readonly name: 'buildx'
  readonly because: string
  /** Path of the buildx program. */
  readonly program: string
  readonly builder: PlannedBuilder
  readonly method: Method
  /** The daemon's image store, when there is a daemon. */
  readonly store: DockerServer['store'] | undefined
  /** The daemon that images are loaded into, when there is one. */
  readonly server: DockerServer | undefined
  /** `os/arch` of each node of the builder, which runs without an emulator; empty when that is not known. */
  readonly natives: readonly string[]
  /** The builder is part of the daemon that answers here, or runs in it. */
  readonly ofDaemon: boolean
  /** That daemon, when it runs on the kernel of this process. */
  readonly local: LocalDaemon | undefined
  /** Environment that leads children to the daemon. */
  readonly env: Readonly<Record<string, string>>
}

export type PlannedBuildx = {
  readonly engine: BuildxEngine
  readonly server: DockerServer | undefined
  /** Whether the image goes into the engine's own store. */
  readonly load: boolean
}

/**
 * Decides how buildx builds here.
 *
 * @throws ActionError when it cannot, saying what is missing
 */
export function planBuildx(inputs: Inputs, facts: Facts): PlannedBuildx {
  const base = requireEngine(inputs, facts)
  const { server } = base
  const builder = chooseBuilder(inputs, base)
  const load = wantsLoad(inputs, server)
  const ofDaemon = isIn(server, builder)
  const engine: BuildxEngine = {
    name: 'buildx',
    because: describe(server, builder),
    program: base.buildx,
    builder,
    method: chooseMethod(inputs, { builder, server, load }),
    store: server?.store,
    server,
    natives: nativesOf(builder, base.builder, server),
    ofDaemon,
    local: ofDaemon ? server?.local : undefined,
    env: server?.endpoint.env ?? {},
  }
  return { engine, server, load }
}

function nativesOf(planned: PlannedBuilder, found: Builder, server: DockerServer | undefined): readonly string[] {
  if (planned.kind === 'existing' && planned.name === found.name && found.natives.length > 0) return found.natives
  return server && planned.driver.startsWith('docker') ? [`${server.os}/${server.architecture}`] : []
}

/** Whether the builder is the daemon's own, or runs in it as far as is known: a builder of another context has its name. */
function isIn(server: DockerServer | undefined, builder: PlannedBuilder): boolean {
  if (builder.driver !== 'docker') return builder.driver === 'docker-container'
  return builder.kind === 'create' || builder.name === server?.endpoint.context
}

function describe(server: DockerServer | undefined, builder: PlannedBuilder): string {
  const daemon = server
    ? `Docker ${server.version} answers at ${server.endpoint.host} (${server.endpoint.because}), with the ${server.store} image store`
    : 'no daemon is needed'
  const name = builder.kind === 'create' ? 'a new builder' : `builder ${builder.name}`
  return `${daemon}; ${name} with driver ${builder.driver}, because ${builder.because}`
}
