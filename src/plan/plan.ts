import type { Driver, Facts } from '../facts/facts.ts'
import type { Attributes, BuildkitdConfig, Inputs } from '../inputs/inputs.ts'
import type { Login } from '../login/docker-config.ts'
import type { Reference } from '../oci/reference.ts'
import type { Platform } from '../oci/types.ts'
import { chooseBuilder, type PlannedBuilder } from './builder.ts'
import { buildContext, type PlannedContext } from './context.ts'
import { requireEngine } from './engine.ts'
import { planLogins } from './logins.ts'
import { planReferences } from './references.ts'

/** Everything the later stages do, decided. They look nothing up and choose nothing. */
export type Plan = {
  readonly engine: { readonly name: 'buildx'; readonly version: string; readonly because: string }
  /** The buildx program. */
  readonly buildx: string
  readonly builder: PlannedBuilder
  /** How the content leaves the builder, and why so. */
  readonly method: { readonly name: Method; readonly because: string }
  readonly build: BuildSpec
  /** Put the image into the engine's own store under every reference. */
  readonly load: boolean
  readonly push: boolean
  /** Where the image belongs, in the order in which tags are written: fixed ones first, moving ones last. */
  readonly references: readonly Reference[]
  /** What the image is called in a sentence: the version tag of the event, or the first tag. */
  readonly version: string
  readonly logins: readonly Login[]
  /** Hosts to speak plain HTTP with, besides those on loopback. */
  readonly plainHttp: readonly string[]
  readonly dockerConfigDir: string
  /** Environment that leads children to the daemon. */
  readonly dockerEnv: Readonly<Record<string, string>>
  /** Remove what earlier runs left on the engine before building. */
  readonly fresh: boolean
}

/**
 * - `layout`: one build of all platforms into an OCI layout folder, which the publish stage pushes
 * - `digest`: the builder pushes all platforms itself, by digest and without a tag
 * - `join`: platform after platform into the engine's store, saved and joined to one layout here
 * - `load`: one build into the engine's store and nowhere else
 */
export type Method = 'layout' | 'digest' | 'join' | 'load'

export type BuildSpec = {
  readonly context: PlannedContext
  readonly file: string | undefined
  readonly target: string | undefined
  readonly platforms: readonly Platform[]
  readonly buildArgs: Readonly<Record<string, string | null>>
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly noCache: boolean
  readonly pull: boolean
  readonly addHosts: readonly string[]
  readonly provenance: Attributes | undefined
  readonly sbom: Attributes | undefined
}

export type { BuildkitdConfig, Driver }

/**
 * Decides the whole run from what was asked for and what is there.
 *
 * @throws ActionError when what was asked for cannot be done here, saying what can
 */
export function makePlan(inputs: Inputs, facts: Facts): Plan {
  const { server, buildx } = requireEngine(inputs, facts)
  const { references, version } = planReferences(inputs, facts.event)
  const builder = chooseBuilder(inputs, facts, server)
  const load = inputs.load ?? (!inputs.push && inputs.platforms.length === 1)
  return {
    engine: { name: 'buildx', version: server.version, because: `Docker ${server.version} answers` },
    buildx,
    builder,
    method: chooseMethod(inputs, { builder, server, load }),
    build: {
      context: buildContext(inputs.context, facts),
      file: inputs.file,
      target: inputs.target,
      platforms: inputs.platforms,
      buildArgs: inputs.buildArgs,
      labels: inputs.labels,
      annotations: inputs.annotations,
      noCache: inputs.noCache,
      pull: inputs.pull,
      addHosts: hostGateway(builder.driver, server.version),
      provenance: inputs.provenance,
      sbom: inputs.sbom,
    },
    load,
    push: inputs.push,
    references,
    version,
    logins: planLogins(inputs, references),
    plainHttp: [...(inputs.registry?.plainHttp ? [inputs.registry.host] : []), ...server.insecureRegistries],
    dockerConfigDir: facts.dockerConfigDir,
    dockerEnv: server.endpoint.env,
    fresh: inputs.fresh,
  }
}
