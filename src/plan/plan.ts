import type { Facts } from '../facts/facts.ts'
import { buildFields } from '../inputs/fields.ts'
import type { Attributes, FileOutput, Inputs } from '../inputs/inputs.ts'
import type { BuildField } from '../inputs/schema.ts'
import type { Reference } from '../oci/reference.ts'
import { hostGateway } from './builder.ts'
import type { BuildxEngine } from './buildx.ts'
import { type EmbeddedEngine, planEngine } from './choose-engine.ts'
import { type PlannedContext, withDefaultGit } from './context.ts'
import { keptWarnings } from './kept.ts'
import { loadNotices } from './load.ts'
import { type Login, needsHubBase, planLogins } from './logins.ts'
import { decidePush } from './push.ts'
import { type PlannedSmokeTest, planSmokeTest } from './smoke-test.ts'
import { type PlannedTag, planTags } from './tags.ts'
import { planUrlLogins, type UrlLogin } from './url-logins.ts'

/** Everything the later stages do, decided. They look nothing up and choose nothing. */
export type Plan = Pick<Inputs, (typeof handedOn)[number]> & {
  /** What builds, with all that only this engine needs. */
  readonly engine: BuildxEngine | EmbeddedEngine
  readonly build: BuildSpec
  /** Put the image into the daemon's store under every reference. */
  readonly load: boolean
  /** What is written besides, none for a build that is only cached. */
  readonly outputs: readonly FileOutput[]
  readonly push: boolean
  /** What is run of each platform's image before any tag. */
  readonly smokeTest: PlannedSmokeTest | undefined
  /** Where the image belongs, in the order in which tags are written: fixed ones first, moving ones last. */
  readonly references: readonly Reference[]
  /** The same, each with whether it moves and why. */
  readonly tags: readonly PlannedTag[]
  /** The main tag. */
  readonly version: string
  readonly logins: readonly Login[]
  /** `username` goes to Docker Hub because `registry` is empty, and only a base image can be there. */
  readonly needsHubBase: boolean
  /** Hosts and networks to speak plain HTTP with, besides loopback. */
  readonly plainHttp: readonly string[]
  /** What the user should know before it begins. */
  readonly notices: readonly string[]
  /** What may not be what the user wants. */
  readonly warnings: readonly string[]
}

/** A plan for buildx. */
export type BuildxPlan = Plan & { readonly engine: BuildxEngine }

/** What to build: what the inputs say of it, and what is decided of the rest. */
export type BuildSpec = Pick<Inputs, BuildField> & {
  /** A folder, or a URL that the builder fetches. */
  readonly context: string
  readonly contextIsFolder: boolean
  /** In place of the stages and images of their names. */
  readonly contexts: readonly PlannedContext[]
  /** What buildx is given in place of `file`: a file of the step. */
  readonly sentFile?: string
  /** Who to be at the hosts that contexts and sources of ADD are fetched from. */
  readonly urlLogins: readonly UrlLogin[]
  readonly addHosts: readonly string[]
}

/** The inputs that later stages take as they are. */
const handedOn = ['ifExists', 'preflight', 'emulators', 'verify', 'retries', 'timeout', 'fresh'] as const

/**
 * Decides the whole run from what was asked for and what is there.
 *
 * @throws ActionError when what was asked for cannot be done here, saying what can
 */
export function makePlan(given: Inputs, facts: Facts): Plan {
  const { push, notPushed } = decidePush(given, facts)
  const inputs: Inputs = { ...given, push }
  const { engine, server, load } = planEngine(inputs, facts)
  const named = planTags(inputs, facts.event)
  const references = named.tags.map(({ reference }) => reference)
  const context = withDefaultGit(inputs.context, facts.event)
  return {
    ...pick(inputs, handedOn),
    engine,
    build: {
      ...pick(inputs, buildFields),
      context: context.kind === 'path' ? context.path : context.url,
      contextIsFolder: inputs.context.kind === 'path',
      contexts: inputs.buildContexts.map(({ name, source }) => ({ name, source: withDefaultGit(source, facts.event) })),
      urlLogins: planUrlLogins([inputs.context, ...inputs.buildContexts.map(({ source }) => source)], {
        token: inputs.githubToken,
        always: engine.name === 'embedded',
        event: facts.event,
      }),
      addHosts: engine.name === 'buildx' ? hostGateway(engine.builder.driver, server?.version) : [],
      provenance: withBuilder(inputs.provenance, facts.event.runUrl),
    },
    load,
    outputs: inputs.outputs.filter((output): output is FileOutput => output.kind !== 'cacheonly'),
    push,
    smokeTest: planSmokeTest(inputs, facts),
    references,
    tags: named.tags,
    version: named.version,
    logins: planLogins(inputs, references, facts.actor),
    needsHubBase: needsHubBase(inputs, references),
    plainHttp: [...(inputs.registry?.plainHttp ? [inputs.registry.host] : []), ...(server?.insecureRegistries ?? [])],
    notices: [
      ...(notPushed === undefined ? [] : [`Nothing is pushed: ${notPushed}`]),
      ...named.notices,
      ...loadNotices(inputs, facts.docker),
      ...(engine.name === 'embedded' && inputs.secrets.length + inputs.ssh.length > 0
        ? ['Build secrets and SSH agents are not used: the engine embedded runs nothing that could mount them']
        : []),
    ],
    warnings: keptWarnings(inputs, {
      load,
      store: facts.docker.kind === 'server' ? facts.docker.store : undefined,
      notPushed,
    }),
  }
}

function pick<T, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>
}

/** With the run as the builder's identity, as docker/build-push-action says it, unless the user names another. */
function withBuilder(provenance: Attributes | undefined, runUrl: string | undefined): Attributes | undefined {
  if (provenance === undefined || runUrl === undefined) return provenance
  return { 'builder-id': runUrl, ...provenance }
}

/**
 * The plan as JSON for debugging: secrets print as `***`, build arguments and the smoke test's environment by name only. Of a
 * build secret there are its id and kind, of `ssh` the ids: people write the value where a name or a path should be.
 */
export function describePlan(plan: Plan): string {
  const buildArgs = namesOnly(plan.build.buildArgs)
  const smokeTest = plan.smokeTest && { ...plan.smokeTest, env: namesOnly(plan.smokeTest.env) }
  const secrets = plan.build.secrets.map(({ id, source }) => ({ id, source: source.kind }))
  const ssh = plan.build.ssh.map(({ id }) => id)
  const urlLogins = plan.build.urlLogins.map(({ kind, host }) => `${kind} ${host}`)
  const dockerfileInline = plan.build.dockerfileInline === undefined ? undefined : '…'
  const build = { ...plan.build, buildArgs, secrets, ssh, urlLogins, dockerfileInline }
  return JSON.stringify({ ...plan, engine: withoutOptions(plan.engine), build, smokeTest })
}

/** Options of a driver may be variables with passwords, and a configuration may hold any. */
function withoutOptions(engine: Plan['engine']): unknown {
  if (engine.name !== 'buildx' || engine.builder.kind !== 'create') return engine
  const driverOpts = engine.builder.driverOpts.map((option) => option.replace(/=.*/s, '=…'))
  const config = engine.builder.config?.kind === 'inline' ? { kind: 'inline' } : engine.builder.config
  return { ...engine, builder: { ...engine.builder, driverOpts, config } }
}

function namesOnly(values: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(values).map((name) => [name, '…']))
}
